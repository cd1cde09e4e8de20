// trailcheck verifies a trail that govtrack wrote, with Go's transparency log packages only:
// golang.org/x/mod/sumdb/note (signed notes) and golang.org/x/mod/sumdb/tlog (trees, proofs).
//
//	trailcheck DIR
//
// DIR holds vkey.txt, entries.ndjson, checkpoints/SIZE, proofs/NUMBER.tlog-proof and
// consistency/OLD-NEW.txt. It says what it has verified and exits 0, or what was wrong and exits 1.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// trail is what everything else is checked against: the entries and the signed trees.
type trail struct {
	folder  string
	keys    note.Verifiers
	name    string
	entries []string
	trees   map[int64]tlog.Tree
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("trailcheck: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: trailcheck DIR")
	}
	t, err := open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	checks := []struct {
		what string
		run  func() (int, error)
	}{
		{"checkpoints, signatures and roots", t.checkpoints},
		{"inclusion proofs", t.inclusions},
		{"consistency proofs", t.consistencies},
	}
	for _, one := range checks {
		count, err := one.run()
		if err != nil {
			log.Fatalf("%s: %v", one.what, err)
		}
		if count == 0 {
			log.Fatalf("%s: there are none", one.what)
		}
		fmt.Printf("go: %d %s OK\n", count, one.what)
	}
}

// open reads the key and the entries; lines end with the byte 0x0A and with nothing else.
func open(folder string) (*trail, error) {
	key, err := os.ReadFile(filepath.Join(folder, "vkey.txt"))
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(key), "\n"))
	if err != nil {
		return nil, fmt.Errorf("vkey.txt: %w", err)
	}
	lines, err := os.ReadFile(filepath.Join(folder, "entries.ndjson"))
	if err != nil {
		return nil, err
	}
	entries := strings.Split(string(lines), "\n")
	return &trail{
		folder:  folder,
		keys:    note.VerifierList(verifier),
		name:    verifier.Name(),
		entries: entries[:len(entries)-1],
		trees:   map[int64]tlog.Tree{},
	}, nil
}

// files gives the files of one of the folders, in order.
func (t *trail) files(pattern string) []string {
	found, err := filepath.Glob(filepath.Join(t.folder, pattern))
	if err != nil {
		log.Fatal(err)
	}
	sort.Strings(found)
	return found
}

// signed opens a checkpoint: the note by note.Open, its lines here, for tlog has another format.
func (t *trail) signed(data []byte) (tlog.Tree, error) {
	opened, err := note.Open(data, t.keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, errors.New("is not three lines")
	}
	if lines[0] != t.name {
		return tlog.Tree{}, fmt.Errorf("is of %s, not of %s", lines[0], t.name)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// checkpoints opens each, and computes its root again from the entries.
func (t *trail) checkpoints() (int, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(at))
		for i, one := range at {
			found[i] = stored[one]
		}
		return found, nil
	})
	computed := []tlog.Hash{{}} // by size; of the empty tree there is nothing to compute
	for number, entry := range t.entries {
		more, err := tlog.StoredHashes(int64(number), []byte(entry), reader)
		if err != nil {
			return 0, err
		}
		stored = append(stored, more...)
		root, err := tlog.TreeHash(int64(number)+1, reader)
		if err != nil {
			return 0, err
		}
		computed = append(computed, root)
	}
	files := t.files("checkpoints/*")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		tree, err := t.signed(data)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		if filepath.Base(file) != strconv.FormatInt(tree.N, 10) || tree.N >= int64(len(computed)) {
			return 0, fmt.Errorf("%s: says size %d", file, tree.N)
		}
		if tree.N > 0 && tree.Hash != computed[tree.N] {
			return 0, fmt.Errorf("%s: its root is not that of the entries", file)
		}
		t.trees[tree.N] = tree
	}
	return len(files), nil
}

func (t *trail) inclusions() (int, error) {
	files := t.files("proofs/*.tlog-proof")
	for _, file := range files {
		if err := t.inclusion(file); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
	}
	return len(files), nil
}

func (t *trail) inclusion(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, parted := strings.Cut(string(data), "\n\n")
	if !parted {
		return errors.New("has no checkpoint")
	}
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("is no tlog-proof")
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	if filepath.Base(file) != fmt.Sprintf("%d.tlog-proof", number) || number >= int64(len(t.entries)) {
		return fmt.Errorf("is of entry %d", number)
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return err
	}
	tree, err := t.signed([]byte(checkpoint))
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash([]byte(t.entries[number]))
	return tlog.CheckRecord(tlog.RecordProof(path), tree.N, tree.Hash, number, leaf)
}

func (t *trail) consistencies() (int, error) {
	files := t.files("consistency/*.txt")
	for _, file := range files {
		if err := t.consistency(file); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
	}
	return len(files), nil
}

func (t *trail) consistency(file string) error {
	var from, to int64
	if _, err := fmt.Sscanf(filepath.Base(file), "%d-%d.txt", &from, &to); err != nil {
		return err
	}
	older, held := t.trees[from]
	newer, both := t.trees[to]
	if !held || !both {
		return errors.New("is between sizes without a checkpoint")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := strings.Split(string(data), "\n")
	path, err := hashes(lines[:len(lines)-1])
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(path), newer.N, newer.Hash, older.N, older.Hash)
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		one, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}
