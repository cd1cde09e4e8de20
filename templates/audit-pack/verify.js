// Verifies a pack as verify.py does, step by step and by the same codes; time stamps (RFC 3161) are not
// checked here. `files` is a Map from a path to { size, read() }; it runs in a browser and in node.
"use strict";
const PackTrail = (() => {
  const T = "data/trail/", CHECKPOINT = T + "checkpoint", MOST = 2 ** 37;
  const LEVELS = ["internal", "signed", "remembered", "stamped", "witnessed"];
  const MEMBERS = { v: ["number"], trail: ["string"], seq: ["number"], at: ["string"], actor: ["string"], action: ["string"],
    reason: ["string", "null"], subject: ["object"], after: ["object", "null"], salt: ["string"] };
  const SUBJECT = { type: ["string"], id: ["string"], version: ["number"] };
  const SMALL_ORDER = ["00".repeat(32), "01" + "00".repeat(31), "ec" + "ff".repeat(30) + "7f", "ed" + "ff".repeat(30) + "7f",
    "ee" + "ff".repeat(30) + "7f", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"];
  // findings are told in this order: the files, the trail, then proofs and artefacts
  const ORDER = ["page", "file-missing", "file-changed", "file-extra", "checkpoint", "entry", "entry-order", "leaf", "origin", "size", "root", "statement",
    "signature", "key-chain", "revoked", "stranger", "consistency", "since", "cosignature", "timestamp", "proof", "proof-entry", "proof-missing", "evidence"];
  // these say nothing against the trail itself
  const OF_FILES = ["file-missing", "file-changed", "file-extra", "evidence", "proof-missing"];
  const OF_SYSTEMS = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$/i;
  // of what no manifest lists, these are looked at nevertheless: without them there is no trail
  const NEEDED = ["checkpoint", "statement.txt", "entries.ndjson", "leaf-hashes.txt", "vkey.txt"].map((name) => T + name);
  const PLAIN_WORDS = "three lines that follow one another: origin, size and root";
  const SPKI = "302a300506032b6570032100";
  const encoder = new TextEncoder();
  const bytes = (text) => encoder.encode(text);
  const utf8 = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  const hex = (data) => Array.from(data, (n) => n.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const base64 = (data) => btoa(Array.from(data, (n) => String.fromCharCode(n)).join(""));
  const fail = (words) => { throw new Error(words); };
  const unbase64 = (text) => {
    let raw;
    try { raw = atob(text); } catch { fail("something else where base64 was expected"); }
    if (btoa(raw) !== text) fail("base64 not written in its one standard way");
    return Uint8Array.from(raw, (c) => c.charCodeAt(0));
  };
  const same = (a, b) => a.length === b.length && a.every((n, i) => n === b[i]);
  const sha = (...parts) => parts.reduce((one, part) => one.update(part), new Sha256()).digest();
  const EMPTY = sha();
  const leafHash = (entry) => sha(Uint8Array.of(0), entry);
  const node = (left, right) => sha(Uint8Array.of(1), left, right);

  // a long run gives way to the page every 30 ms
  const pauser = () => {
    let last = Date.now();
    return () => Date.now() - last < 30 ? null : new Promise((go) => setTimeout(() => { last = Date.now(); go(); }, 0));
  };

  // ---- the formats ----
  const canonical = (value) => {
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : fail("a number that the format has not");
    if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? fail("text that is not valid Unicode") : JSON.stringify(value);
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    return "{" + Object.keys(value).sort().map((name) => {
      if (!/^[\x00-\x7f]*$/.test(name)) fail("a member's name that is not ASCII");
      return JSON.stringify(name) + ":" + canonical(value[name]);
    }).join(",") + "}";
  };
  const kind = (value) => value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const fits = (value, expected) => {
    if (kind(value) !== "object" || Object.keys(value).sort().join() !== Object.keys(expected).sort().join()) fail("other members");
    for (const [name, kinds] of Object.entries(expected)) if (!kinds.includes(kind(value[name]))) fail(`${name} of another type`);
  };
  const event = (line) => {
    const text = utf8(line), value = JSON.parse(text);
    if (canonical(value) !== text) fail("JSON in another form");
    fits(value, MEMBERS);
    fits(value.subject, SUBJECT);
    if (value.v !== 1) fail(`format version ${value.v}`);
    return value;
  };
  const stated = (text) => {
    const [origin, size, root] = text.split("\n");
    if (!/^[^\s+\x00-\x1f]+$/.test(origin || "") || !/^(0|[1-9][0-9]{0,15})$/.test(size || "")) fail("no origin and size in its first two lines");
    const data = unbase64(root || "");
    if (data.length !== 32 || (size === "0" && !same(data, EMPTY))) fail("no root in its third line");
    return { origin, size: Number(size), root: data };
  };
  const kept = (text) => {  // the checkpoint in what somebody kept: a checkpoint, a statement, a proof
    let plain = text.replace(/\r\n/g, "\n");
    if (plain.startsWith("c2sp.org/tlog-proof@v1\n")) plain = plain.slice(plain.indexOf("\n\n") + 2);
    try { return stated(plain); } catch { /* what a person noted has other words about it */ }
    const rows = plain.split("\n").map((row) => row.trim()), found = new Map();
    rows.forEach((_, at) => {
      try { const one = stated(rows.slice(at, at + 3).join("\n")); found.set(`${one.origin} ${one.size} ${hex(one.root)}`, one); } catch { /* not here */ }
    });
    if (found.size > 1) fail(`${found.size} older states stand in it: give one, ${PLAIN_WORDS}`);
    if (!found.size) fail(`it needs ${PLAIN_WORDS}. A whole earlier pack is for govtrack verify or verify.py, with --since`);
    return [...found.values()][0];
  };
  const signatureLine = (line) => {
    const [dash, name, armour, more] = line.split(" ");
    const data = unbase64(armour || "");
    if (dash !== "\u2014" || !name || more !== undefined || /[\s+]/.test(name) || data.length <= 4) fail("no signature line");
    return { name, id: hex(data.slice(0, 4)), signature: data.slice(4) };
  };
  const note = (data) => {
    const text = utf8(data), parting = text.lastIndexOf("\n\n");
    if (/[\x00-\x09\x0b-\x1f]/.test(text)) fail("a control character");
    const body = text.slice(0, Math.max(parting, 0)), lines = text.slice(parting + 2);
    if (parting < 0 || body.split("\n").length !== 3 || (lines && !lines.endsWith("\n"))) fail("not three lines, an empty one and signatures");
    const signatures = lines.split("\n").slice(0, -1).map(signatureLine), said = stated(body);
    if (signatures.length && !signatures.some((one) => one.name === said.origin)) fail("not signed in the name of its origin");
    return { ...said, data, body: body + "\n", signatures };
  };
  const keyId = (name, algorithm, key) => hex(sha(bytes(name), Uint8Array.of(10, algorithm), key).slice(0, 4));
  const fingerprint = (key) => "SHA256:" + base64(sha(key)).replace(/=+$/, "");
  const vkey = (line, algorithm = 1) => {
    const [name, id, ...armour] = line.trim().split("+"), data = unbase64(armour.join("+")), key = data.slice(1);
    if (data[0] !== algorithm || key.length !== 32 || id !== keyId(name, algorithm, key)) fail("no key of this kind, or its id is not that of its name and key");
    const plain = key.slice();
    plain[31] &= 0x7f;
    if (SMALL_ORDER.includes(hex(plain))) fail("a key under which forged signatures would hold");
    return { name, key };
  };
  const keysOf = (text, algorithm = 1) => {  // what a person types, pastes or drops: lines, or PEM
    if (/PRIVATE KEY/.test(text)) fail("that is a private key: keep it to yourself, and give the public one");
    const pem = /-----BEGIN PUBLIC KEY-----([^-]*)-----END/.exec(text);
    if (pem && algorithm === 1) {
      const der = hex(unbase64(pem[1].replace(/\s/g, "")));
      if (!der.startsWith(SPKI) || der.length !== SPKI.length + 64) fail("that is no key of Ed25519");
      const key = unhex(der.slice(SPKI.length));
      return [vkey(`pem+${keyId("pem", 1, key)}+${base64(Uint8Array.of(1, ...key))}`)];
    }
    return text.split(/\s+/).filter(Boolean).map((line) => {
      if (/^(SHA256:|[0-9a-f]{64}$)/i.test(line)) fail(`${line} is a fingerprint, not a key: give the line it belongs to (NAME+KEYID+KEY)`);
      if (line.split("+").length < 3) fail(`${line.slice(0, 40)} is not a key: a key is a line NAME+KEYID+KEY`);
      return vkey(line, algorithm);
    });
  };

  // ---- the tree (RFC 6962, RFC 9162) ----
  const grown = async (leaves, pause) => {
    const levels = [leaves];
    for (let below = leaves; below.length > 1; below = levels[levels.length - 1]) {
      const above = [];
      for (let i = 0; i + 1 < below.length; i += 2) {
        above.push(node(below[i], below[i + 1]));
        if (i % 512 === 0) await pause();
      }
      levels.push(above);
    }
    return { leaves, root: (size) => {
      let root = null;
      for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2))
        if (rest % 2) { const peak = levels[level][rest - 1]; root = root ? node(peak, root) : peak; }
      return root || EMPTY;
    } };
  };
  const half = (n) => Math.floor(n / 2);
  const included = (index, size, leaf, path) => {
    let root = leaf, at = index, last = size - 1;
    for (const beside of path) {
      if (last === 0) return null;
      if (at % 2 || at === last) {
        root = node(beside, root);
        while (at && at % 2 === 0) { at = half(at); last = half(last); }
      } else root = node(root, beside);
      at = half(at); last = half(last);
    }
    return last === 0 && index < size ? root : null;
  };
  const consistent = (old, size, oldRoot, newRoot, given) => {
    if (old === size || old === 0) return !given.length && same(oldRoot, old === size ? newRoot : EMPTY);
    const path = Number.isInteger(Math.log2(old)) ? [oldRoot, ...given] : given;
    if (old > size || !path.length) return false;
    let at = old - 1, last = size - 1;
    while (at % 2) { at = half(at); last = half(last); }
    let earlier = path[0], later = path[0];
    for (const beside of path.slice(1)) {
      if (last === 0) return false;
      if (at % 2 || at === last) {
        earlier = node(beside, earlier); later = node(beside, later);
        while (at && at % 2 === 0) { at = half(at); last = half(last); }
      } else later = node(later, beside);
      at = half(at); last = half(last);
    }
    return last === 0 && same(earlier, oldRoot) && same(later, newRoot);
  };
  const proofOf = (data) => {
    const text = new TextDecoder("latin1").decode(data), parting = text.indexOf("\n\n");
    const [first, index, ...path] = text.slice(0, parting < 0 ? text.length : parting).split("\n");
    if (first !== "c2sp.org/tlog-proof@v1" || !/^index (0|[1-9][0-9]{0,15})$/.test(index || "")) fail("another beginning");
    const hashes = path.map(unbase64);
    if (hashes.some((one) => one.length !== 32)) fail("a hash of another length");
    return { index: Number(index.slice(6)), path: hashes, quoted: parting < 0 ? new Uint8Array(0) : data.slice(parting + 2) };
  };

  // ---- signatures: Ed25519 of the browser, after it has shown that it can (RFC 8032, 7.1, test 2) ----
  const ed25519 = async () => {
    const subtle = globalThis.crypto && globalThis.crypto.subtle;
    if (!subtle) return null;
    const holds = async (key, message, signature) => {
      try {
        const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
        return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
      } catch { return false; }
    };
    const key = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const signature = unhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    return await holds(key, Uint8Array.of(0x72), signature) && !await holds(key, Uint8Array.of(0x73), signature) ? holds : null;
  };

  const line = (origin) => origin.replace(/\/g[0-9]+$/, "");
  const short = (error) => String(error.message || error).split("\n")[0];
  const unique = (keys) => [...new Map(keys.map((key) => [hex(key), key])).values()];

  // which digest the entry names for a file whose name has its first digits; all of them where none fits
  const expectedFile = (id, newest, named, part) => {
    const fitting = named.filter((digest) => part && digest.startsWith(part));
    if (!newest) return `a file that an entry of ${id} names`;
    return named.length ? `SHA-256 ${(fitting.length ? fitting : named).join(" or ")} (entry ${newest.seq} of ${id})` : `no file (entry ${newest.seq} of ${id} names none)`;
  };

  // who may sign is walked from the keys given: a key counts from the first checkpoint over its entry that a counting key signed with it
  const walk = ({ added, retired, revoked, rows }, anchors) => {
    const trusted = new Set(anchors), judged = new Set(anchors), counted = new Map(), why = new Map(), from = new Map(), notes = [], breaks = [];
    for (const { one, known, times, signers } of rows) {
      for (const key of signers.filter((each) => trusted.has(each))) {
        if (retired.has(key) && retired.get(key) < one.size) why.set(one.size, ["key-chain", null, `the key that signed (${fingerprint(unhex(key))}), which entry ${retired.get(key)} retired`]);
        else if (revoked.has(key) && !(times.length && Math.min(...times) < revoked.get(key))) why.set(one.size, ["revoked", "a stamp or cosignature from before the key was revoked", null]);
        else counted.set(one.size, key);
      }
      for (const key of known.filter((each) => !judged.has(each))) {
        judged.add(key);
        const before = [...trusted, ...added.keys()].filter((each) => added.has(each) && added.get(each) < added.get(key)).sort((a, b) => added.get(b) - added.get(a))[0];
        if (counted.has(one.size) && signers.includes(key)) { trusted.add(key); from.set(key, counted.get(one.size)); }
        else if (before) {
          const earlier = signers.includes(before) && signers.includes(key) && breaks.find((each) => each.key === before);
          breaks.push(earlier ? { ...earlier, key } : { key, broken: key, before, size: one.size });
          if ([...trusted].some((each) => added.has(each) && added.get(each) < added.get(key)))
            notes.push(`continuity of key not proven after ${added.get(key)}: the key that this entry adds, ${fingerprint(unhex(key))}, was not passed on to by a trusted one`);
        }
      }
    }
    return { trusted, counted, why, from, notes, breaks };
  };

  class Check {
    constructor(files, asked, able, progress) {
      Object.assign(this, { files, able, progress, findings: [], notes: [], layers: [], unchecked: [], events: [], delivered: [], newest: new Map(), digests: new Map(), listed: new Map(), checkpoint: null, tree: null, where: CHECKPOINT, pause: pauser() });
      this.anchors = asked.anchors || [];
      this.witnesses = asked.witnesses || [];
      this.since = asked.since || [];
      this.page = asked.page || null;  // what a page knows of its own pack: { id, checkpoint, digests }
    }
    find(code, where, expected, found) { this.findings.push({ code, where, expected: String(expected), found: String(found) }); }
    read(name) { return this.files.get(name).read(); }

    async digest(name) {
      const file = this.files.get(name), one = new Sha256();
      for await (const part of file.parts ? file.parts() : [await file.read()]) {
        for (let at = 0; at < part.length; at += 1 << 20) {
          one.update(part.subarray(at, at + (1 << 20)));
          await this.pause();
        }
        if (this.progress) this.progress(part.length);
      }
      return hex(one.digest());
    }

    async run() {
      await this.manifests();
      await this.named();
      this.checkpoint = await this.readCheckpoint(CHECKPOINT);
      if (this.page) this.ofThePage();
      const leaves = await this.entries();
      if (this.checkpoint) await this.overAll(leaves);
      if (this.checkpoint && this.tree) {
        await this.proofs();
        const checkpoints = await this.otherCheckpoints();
        await this.signatures(checkpoints, await this.outside(checkpoints));
        this.older();
      }
      return this.concluded();
    }

    // with a finding there is no level; `holds` is what still holds of the trail
    concluded() {
      const codes = this.findings.map((one) => one.code), files = this.otherPack ? OF_FILES : [...OF_FILES, "page"], rank = (level) => LEVELS.indexOf(level);
      this.layers.sort((a, b) => rank(b.level) - rank(a.level) || b.size - a.size);
      this.holds = codes.length && codes.every((code) => files.includes(code)) ? this.layers : [];
      if (codes.length) this.layers = [];
      this.findings.sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
      this.level = codes.length ? null : this.layers.length ? this.layers[0].level : "internal";
      return this;
    }

    async named() {  // the pack by its name and its digest
      const said = this.files.has("bag-info.txt") ? new TextDecoder().decode(await this.read("bag-info.txt")).replace(/\r?\n[ \t]+/g, " ") : "";
      const of = (label) => (new RegExp(`^${label}:[ \t]*(.*)$`, "m").exec(said) || [null, ""])[1].trim();
      this.pack = { organisation: of("Source-Organization"), title: of("External-Description"), id: of("External-Identifier"), digest: this.digests.get("tagmanifest-sha256.txt") || null };
    }

    // the page cannot read its own digest; it knows its pack's id, its checkpoint and every other file's digest
    ofThePage() {
      const { id, checkpoint, digests } = this.page, mine = this.checkpoint;
      const told = (name, one) => `${name || "a pack without a name"}${one ? `, trail ${one.origin}, size ${one.size}, root ${base64(one.root)}` : ""}`;
      if (this.pack.id !== id || (mine && checkpoint && !same(mine.data, checkpoint.data))) {
        this.otherPack = true;
        this.find("page", "the folder", `the pack of this page, ${told(id, checkpoint)}`, `another, ${told(this.pack.id, mine)}`);
        return;
      }
      const rows = [...this.listed].filter(([name]) => name.startsWith("data/") && name !== "data/index.html"), byName = new Map(rows);
      const others = this.files.has("manifest-sha256.txt") ? [
        ...Object.entries(digests).filter(([digest, path]) => byName.get("data/" + path) !== digest).map(([, path]) => "data/" + path),
        ...rows.filter(([, digest]) => !digests[digest]).map(([name]) => name),
      ] : [];
      const differ = [...new Set(others)].sort();
      if (differ.length) this.find("page", "the folder", "a manifest of the files that this page lists, with the same digests", `${differ.length} that differ${differ.length === 1 ? "s" : ""}: ${differ.slice(0, 3).join(", ")}${differ.length > 3 ? ", …" : ""}`);
    }

    async manifests() {  // 1
      const listed = this.listed;
      listed.set("tagmanifest-sha256.txt", "");
      for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
        if (!this.files.has(manifest)) { this.find("file-missing", manifest, "the list of digests", "no such file"); continue; }
        const text = new TextDecoder().decode(await this.read(manifest));
        for (const row of text.split("\n").filter(Boolean)) {
          const expected = row.split("  ", 1)[0], name = row.slice(expected.length + 2);
          listed.set(name, expected);
          if (!this.files.has(name)) { this.find("file-missing", name, `a file with SHA-256 ${expected}`, "no such file"); continue; }
          if (!this.digests.has(name)) this.digests.set(name, await this.digest(name));
          if (this.digests.get(name) !== expected) this.find("file-changed", name, `SHA-256 ${expected}`, this.digests.get(name));
        }
      }
      const strays = [], lists = ["manifest-sha256.txt", "tagmanifest-sha256.txt"].every((name) => this.files.has(name));
      for (const name of [...this.files.keys()].sort()) {
        if (!this.digests.has(name)) this.digests.set(name, await this.digest(name));
        if (listed.has(name)) continue;
        if (OF_SYSTEMS.test(name)) this.notes.push(`${name}: a file that a computer's own file manager leaves behind; it is not of the pack`);
        else this.find("file-extra", name, "a file that a manifest lists", "one that none lists");
        strays.push(name);
      }
      if (!lists) return;
      this.files = new Map([...this.files].filter(([name]) => !strays.includes(name) || NEEDED.includes(name)));
    }

    async readCheckpoint(name) {  // 2
      if (!this.files.has(name)) { this.find("checkpoint", name, "the checkpoint of the pack", "no such file"); return null; }
      try { return note(await this.read(name)); } catch (error) { this.find("checkpoint", name, "a checkpoint", short(error)); return null; }
    }

    async leafHashes() {
      const name = T + "leaf-hashes.txt";
      if (!this.files.has(name)) return null;
      const rows = new TextDecoder().decode(await this.read(name)).split("\n"), last = rows.pop();
      const bad = rows.findIndex((row) => !/^[0-9a-f]{64}$/.test(row));
      if (bad >= 0 || last) this.find("leaf", `${name} line ${(bad >= 0 ? bad : rows.length) + 1}`, "a SHA-256 in hex", "none");
      return bad >= 0 ? [] : rows.map(unhex);
    }

    async entries() {  // 3; gives the leaf hashes
      const name = T + "entries.ndjson", listed = await this.leafHashes(), leaves = [];
      const data = this.files.has(name) ? await this.read(name) : new Uint8Array(0);
      const base = this.checkpoint && line(this.checkpoint.origin);
      let before = -1, generation = 1, named = null, number = 0;
      for (let at = 0, end; at < data.length; at = end + 1, number++) {
        end = data.indexOf(10, at);
        if (end < 0) { this.find("entry", `${name} line ${number + 1}`, "a line that ends", "one that is cut off"); break; }
        if (number % 64 === 0) await this.pause();
        const row = data.subarray(at, end), leaf = leafHash(row);
        leaves.push(leaf);
        let one;
        try { one = event(row); } catch (error) {
          this.find("entry", `${name} line ${number + 1}`, "an entry in canonical JSON", short(error));
          before++;
          continue;
        }
        const { seq, action, trail } = one, where = `entry ${seq}`, after = one.after || {};
        if (listed ? seq <= before : seq !== number) this.find("entry-order", where, listed ? "a later one" : `entry ${number}`, seq);
        const known = listed && seq >= 0 ? listed[seq] : null;
        if (listed && !(known && same(known, leaf))) this.find("leaf", where, `leaf hash ${known ? hex(known) : "none"}`, hex(leaf));
        const later = Number((/\/g([0-9]+)$/.exec(trail) || [0, 1])[1]);
        const restored = action === "trail.restored" || (listed && seq !== before + 1);
        if (base && (line(trail) !== base || later < generation || (later > generation && !restored)))
          this.find("origin", where, base + (generation > 1 ? `/g${generation}` : ""), trail);
        if (action === "trail.restored")
          this.notes.push(`entry ${seq} begins generation ${later}: the register was restored from an older copy, and what came after that copy is lost`);
        before = seq; generation = Math.max(generation, later); named = trail;
        if (["trail.key_added", "trail.key_retired", "trail.key_revoked"].includes(action)) this.events.push(one);
        if (one.subject.type === "evidence") this.newest.set(one.subject.id, one);
        if (one.subject.type === "pack" && Number.isSafeInteger(after.trail_size)) this.delivered.push(after);
      }
      if (named && this.checkpoint && before === this.checkpoint.size - 1 && named !== this.checkpoint.origin)
        this.find("origin", CHECKPOINT, named, this.checkpoint.origin);
      return listed || leaves;
    }

    async overAll(leaves) {  // 4
      const mine = this.checkpoint, name = T + "statement.txt";
      if (leaves.length !== mine.size) { this.find("size", CHECKPOINT, `${leaves.length} entries`, mine.size); return; }
      this.tree = await grown(leaves, this.pause);
      this.sameRoot(mine, CHECKPOINT);
      try {
        const text = utf8(await this.read(name)), said = stated(text), first = leaves.length ? `first-leaf ${hex(leaves[0])}` : null;
        if (said.origin !== mine.origin || said.size !== mine.size || !same(said.root, mine.root)) this.find("statement", name, mine.body.trim().split("\n"), text.split("\n").slice(0, 3));
        else if (first && text.split("\n")[3] !== first) this.find("statement", name, first, text.split("\n")[3]);
      } catch { this.find("statement", name, "the checkpoint's three lines", "none"); }
    }
    sameRoot(one, name) {
      const root = this.tree.root(one.size);
      if (!same(root, one.root)) this.find("root", name, base64(root), base64(one.root));
    }

    async proofs() {  // 5
      const mine = this.checkpoint, proven = new Set();
      for (const name of [...this.files.keys()].sort()) {
        const id = (/^data\/trail\/proofs\/([^/]+)\.tlog-proof$/.exec(name) || [])[1];
        if (!id) continue;
        proven.add(id);
        await this.pause();
        let found;
        try { found = proofOf(await this.read(name)); } catch (error) {
          this.find("proof", name, "an inclusion proof (c2sp.org/tlog-proof@v1)", short(error));
          continue;
        }
        if (!same(found.quoted, mine.data)) this.find("proof", name, "the pack's checkpoint at its end", "another");
        const newest = this.newest.get(id);
        if (!newest || newest.seq !== found.index) this.find("proof-entry", name, `the newest entry of ${id}${newest ? `, ${newest.seq}` : ""}`, `entry ${found.index}`);
        const led = found.index < mine.size && included(found.index, mine.size, this.tree.leaves[found.index], found.path);
        if (!led || !same(led, mine.root)) this.find("proof", name, "a path that leads to the root", `another, of ${found.path.length} hashes`);
      }
      await this.evidence(proven);
    }

    async evidence(proven) {
      const wanted = new Set(), json = "data/register/evidence.json";
      for (const name of [...this.files.keys()].filter((one) => one.startsWith("data/evidence/")).sort()) {
        const [, id, part] = /^(.*?)(?:-v[0-9]+-([0-9a-f]{8,64})(?:\.[^/]*)?)?$/.exec(name.slice(14)), newest = this.newest.get(id);
        wanted.add(id);
        const named = ((newest && newest.after && newest.after.files) || []).map((file) => file.sha256);
        if (!this.digests.has(name)) this.digests.set(name, await this.digest(name));
        if (!named.includes(this.digests.get(name))) this.find("evidence", name, expectedFile(id, newest, named, part), this.digests.get(name));
      }
      let listed = [];
      try { listed = JSON.parse(utf8(await this.read(json))).evidence; } catch { /* the manifest's matter */ }
      for (const one of Array.isArray(listed) ? listed : []) {
        wanted.add(String(one.id));
        for (const file of one.files || [])
          if (file.path && !this.digests.has("data/" + file.path)) this.find("evidence", "data/" + file.path, `the file of ${one.id}`, "no such file");
      }
      for (const id of [...wanted].sort())
        if (!proven.has(id)) this.find("proof-missing", `${T}proofs/${id}.tlog-proof`, `a proof of ${id}`, "no such file");
    }

    async otherCheckpoints() {  // 6; all checkpoints by size, with the names of their files
      const mine = this.checkpoint, found = [];
      for (const one of this.delivered)
        if (one.trail_size >= 0 && one.trail_size <= mine.size && base64(this.tree.root(one.trail_size)) !== one.trail_root)
          this.find("consistency", `the pack that stated size ${one.trail_size}`, base64(this.tree.root(one.trail_size)), one.trail_root);
      for (const name of [...this.files.keys()].sort()) {
        const old = /^data\/trail\/consistency-from-([0-9]{1,15})\.txt$/.exec(name);
        if (old) await this.consistency(name, Number(old[1]));
        const size = /^data\/trail\/checkpoints\/([0-9]{1,15})$/.exec(name), other = size && await this.readCheckpoint(name);
        if (!other) continue;
        if (other.size !== Number(size[1])) this.find("checkpoint", name, `one of size ${size[1]}`, `one of size ${other.size}`);
        else if (other.size > mine.size) this.find("checkpoint", name, `one of at most the pack's own size, ${mine.size}`, `one of size ${other.size}`);
        else if (line(other.origin) !== line(mine.origin)) this.find("origin", name, mine.origin, other.origin);
        else { found.push([other, name]); this.sameRoot(other, name); }
      }
      return [...found.filter(([one]) => one.size !== mine.size).sort(([a], [b]) => a.size - b.size), [mine, CHECKPOINT]];
    }
    async consistency(name, old) {
      const mine = this.checkpoint;
      let path = null;
      try { path = utf8(await this.read(name)).split("\n").slice(0, -1).map(unbase64); } catch { /* told below */ }
      if (!path || old > mine.size || !consistent(old, mine.size, this.tree.root(old), mine.root, path))
        this.find("consistency", name, `a proof from size ${old} to ${mine.size}`, "none that holds");
    }

    async signatures(checkpoints, attested) {  // 7
      if (!this.able) { this.unable("the signature could not be checked here: this browser has no Ed25519", this.anchors.length); return; }
      const { added, retired, revoked } = this.keyEvents(), own = await this.ownKeys(), rows = [];
      for (const [one, name] of checkpoints) {
        const known = [...added.keys()].filter((key) => added.get(key) < one.size);
        const times = attested.filter(([size]) => size >= one.size).map(([, at]) => at);
        rows.push({ one, known, times, signers: await this.signers(one, name, [...this.anchors, ...known.map(unhex), ...own]) });
      }
      const history = { added, retired, revoked, rows }, walked = walk(history, this.anchors.map(hex));
      this.conclude(history, walked);
      if (!this.findings.some((one) => one.code === "key-chain")) this.notes.push(...walked.notes);
      this.apart(history);
    }
    // two keys that were given, and the one that is in the trail did not pass on to the other
    apart(history) {
      const given = this.anchors.map(hex), { added, rows } = history;
      const seen = (key) => added.has(key) || rows.some((row) => row.signers.includes(key));
      for (const from of given.filter((key) => added.has(key))) {
        const reached = walk(history, [from]).trusted;
        for (const to of given.filter((key) => seen(key) && !reached.has(key) && !(added.get(key) < added.get(from))))
          this.notes.push(`the key ${fingerprint(unhex(to))} was not passed on to by the key ${fingerprint(unhex(from))}: each counts only because you gave it`);
      }
    }
    async signers(one, name, keys) {
      const found = [];
      let sound = true;
      for (const key of unique(keys)) {
        const id = keyId(one.origin, 1, key), lines = one.signatures.filter((each) => each.name === one.origin && each.id === id);
        let holds = true;
        for (const each of lines) holds = holds && await this.able(key, bytes(one.body), each.signature);
        if (!holds) { this.find("signature", name, `one by ${fingerprint(key)} that holds`, "one that does not"); sound = false; }
        else if (lines.length) found.push(hex(key));
      }
      return sound ? found : [];
    }
    conclude({ added, rows }, { counted, why, breaks, from }) {
      const mine = this.checkpoint, signed = mine.signatures.length > 0, { signers } = rows[rows.length - 1];
      const unknown = `a key that is not known (id ${mine.signatures.map((one) => one.id).join(", ")})`;
      const said = signers.map((key) => fingerprint(unhex(key))).join(", ") || (signed ? unknown : "no signature");
      const given = this.anchors.map(hex), announced = given.filter((key) => added.has(key));
      const passed = `a signature by ${this.anchors.map(fingerprint).join(" or ")}, or by a key that this one passed on to`;
      const gap = breaks.find((one) => signers.includes(one.key));
      if (this.findings.some((one) => one.code === "signature")) return;
      if (!given.length) this.notes.push(signed ? `signed by ${said}: compare it with the key that you noted, and give that one; a key known from the pack alone proves nothing` : "the pack is not signed");
      else if (counted.has(mine.size) || (counted.size && !signed)) {
        const size = Math.max(...counted.keys()), key = counted.get(size);
        this.layers.push({ level: "signed", size, who: fingerprint(unhex(key)), ...(from.has(key) ? { via: `the key that ${fingerprint(unhex(from.get(key)))} passed on to in entry ${added.get(key)}` } : {}) });
        if (size < mine.size) this.notes.push(`${mine.size - size} entries after the last signed checkpoint, ${size}, are not signed`);
      }
      else if (why.has(mine.size)) {
        const [code, expected, found] = why.get(mine.size);
        this.find(code, this.where, expected || passed, found || said);
      }
      else if (announced.length && gap) this.find("key-chain", this.where, passed,
        `entry ${added.get(gap.broken)} announces ${gap.key === gap.broken ? "the key that signed" : "a key before the one that signed"} (${fingerprint(unhex(gap.broken))}), but the key before it (${fingerprint(unhex(gap.before))}) did not sign checkpoint ${gap.size}`);
      else if (announced.length && signers.length) this.find("key-chain", this.where, passed, `the key that signed (${said}), which no entry announces`);
      else {
        const known = announced.map((key) => `entry ${added.get(key)} announces the key that you gave`).join(", ") || "no entry of the trail announces a key that you gave";
        this.find("stranger", this.where, `a signature by ${this.anchors.map(fingerprint).join(" or ")}`, `${said}; ${known}`);
      }
    }
    keyEvents() {
      const added = new Map(), retired = new Map(), revoked = new Map();
      for (const one of this.events) {
        let key;
        try { key = hex(vkey(one.after.vkey).key); } catch { this.find("key-chain", `entry ${one.seq}`, "a key, NAME+KEYID+KEY", "none"); continue; }
        if (one.action === "trail.key_revoked") {
          const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(one.after.revoked_at) ? Date.parse(one.after.revoked_at.slice(0, 19) + "Z") : -Infinity;
          revoked.set(key, Math.min(at, revoked.has(key) ? revoked.get(key) : Infinity));
        } else {
          const into = one.action === "trail.key_added" ? added : retired;
          if (!into.has(key)) into.set(key, one.seq);
        }
      }
      return { added, retired, revoked };
    }
    async ownKeys() {  // good for saying who signed, not for trusting it
      const found = [], name = T + "vkey.txt";
      if (!this.files.has(name)) return found;
      for (const row of new TextDecoder().decode(await this.read(name)).split("\n"))
        try { found.push(vkey(row).key); } catch { /* no key */ }
      return found;
    }
    unable(words, asked) { this.notes.push(words); if (asked) this.unchecked.push(words); }

    older() {  // 8
      for (const { name, text } of this.since) {
        const then = kept(text);
        if (this.comparable(then, name)) this.continued(then, name, base64(this.tree.root(then.size)));
      }
    }
    comparable(then, name) {
      const mine = this.checkpoint;
      if (line(then.origin) !== line(mine.origin)) this.find("since", name, `a state of ${mine.origin}`, `one of ${then.origin}`);
      else if (then.size > mine.size) this.find("since", name, `at least ${then.size} entries`, `${mine.size}: cut off, an older copy or another history; the whole earlier pack would tell which`);
      else return true;
      return false;
    }
    continued(then, name, found) {
      const root = base64(then.root);
      if (found !== root) this.find("since", name, `root ${root} at size ${then.size}`, `root ${found}`);
      else this.layers.push({ level: "remembered", size: then.size, who: name });
    }
    async outside(checkpoints) {
      const attested = [];
      for (const [one, name] of checkpoints)
        for (const beside of [...this.files.keys()].filter((each) => each.startsWith(name + ".")).sort()) {
          if (beside === name + ".cosig") attested.push(...await this.cosigned(one, beside));
          else if (beside.endsWith(".tsr")) this.notes.push(`${beside}: a time stamp (RFC 3161), which is not checked in a browser: see VERIFY.md, or verify.py --tsa-root`);
        }
      return attested;
    }
    async cosigned(one, beside) {
      let lines;
      try { lines = utf8(await this.read(beside)).split("\n").slice(0, -1).map(signatureLine); } catch { this.find("cosignature", beside, "lines of cosignatures", "something else"); return []; }
      const found = [];
      for (const { name, key } of this.witnesses)
        for (const { signature } of lines.filter((each) => each.name === name && each.id === keyId(name, 4, key))) {
          if (!this.able) { this.unable(`${beside}: the cosignature could not be checked here`, true); continue; }
          const at = signature.slice(0, 8).reduce((sum, n) => sum * 256 + n, 0);
          if (signature.length < 72 || at >= MOST || !await this.able(key, bytes(`cosignature/v1\ntime ${at}\n${one.body}`), signature.slice(8))) {
            this.find("cosignature", beside, `one of ${name} that holds`, "one that does not");
            continue;
          }
          this.layers.push({ level: "witnessed", size: one.size, who: name, at: new Date(at * 1000).toISOString().replace(".000Z", "Z") });
          found.push([one.size, at * 1000]);
        }
      return found;
    }
  }

  // What a page carries of its own trail, all text: the checkpoint; artefacts and changes of keys as { entry, index, path }; the checkpoints
  // over those changes, and earlier packs' sizes, each with a consistency proof. A path's numbers are places in `hashes`.
  class OwnData extends Check {
    constructor(given, digests, asked, able) {
      const own = { read: async () => bytes(given.vkeys || "") };
      super(new Map([[T + "vkey.txt", own]]), asked, able);
      Object.assign(this, { given, listing: digests, where: "this page's checkpoint", proven: 0, pending: 0 });
    }
    path(places) { return places.map((at) => unbase64(this.given.hashes[at])); }
    leads(row, { index, path }) {
      const led = included(index, this.checkpoint.size, leafHash(row), this.path(path));
      if (!led || !same(led, this.checkpoint.root)) fail("a path that does not lead to the root");
    }
    async run() {
      try { this.checkpoint = note(bytes(this.given.checkpoint)); } catch (error) { this.find("checkpoint", "this page", "a checkpoint", short(error)); return this.concluded(); }
      for (const one of this.given.artefacts) this.artefact(one);
      for (const one of this.given.keys || []) this.change(one);
      const checkpoints = this.checkpoints();
      await this.signatures(checkpoints, []);
      // a key that was revoked may still count on what a witness saw before; the cosignatures lie in the folder
      if (this.findings.some((one) => one.code === "revoked")) {
        this.findings = this.findings.filter((one) => one.code !== "revoked");
        this.notes.push("the key that signed was revoked; whether a witness saw the checkpoint before that is in the pack's folder: choose it");
      }
      for (const { name, text } of this.since) this.continues(kept(text), name, checkpoints);
      return this.concluded();
    }
    artefact(one) {
      try {
        const row = bytes(one.entry), said = event(row);
        if (said.subject.type !== "evidence" || said.subject.id !== one.id || said.seq !== one.index) fail("the entry of another record");
        this.leads(row, one);
        const named = ((said.after && said.after.files) || []).map((file) => file.sha256);
        for (const [digest, path] of Object.entries(this.listing))
          if (path.startsWith(`evidence/${one.id}-v`) && !named.includes(digest))
            this.find("evidence", path, expectedFile(one.id, said, named, (/-v[0-9]+-([0-9a-f]{8,64})/.exec(path) || [])[1]), digest);
        this.proven++;
      } catch (error) { this.find("proof", `this page, ${one.id}`, "a proof that leads to the root", short(error)); }
    }
    change(one) {
      try {
        const row = bytes(one.entry), said = event(row);
        if (said.seq !== one.index) fail("another entry");
        this.leads(row, one);
        if (said.action.startsWith("trail.key_")) this.events.push({ ...said, after: said.after || {} });
      } catch (error) { this.find("proof", `this page, entry ${one.index}`, "a proof that leads to the root", short(error)); }
    }
    checkpoints() {
      const mine = this.checkpoint, found = [];
      for (const one of this.given.checkpoints || []) {
        try {
          const other = note(bytes(one.note));
          if (!consistent(other.size, mine.size, other.root, mine.root, this.path(one.path))) fail("one that does not");
          found.push([other, `this page's checkpoint ${other.size}`]);
        } catch (error) { this.find("consistency", "this page", "earlier checkpoints that its own continues", short(error)); }
      }
      return [...found.sort(([a], [b]) => a.size - b.size), [mine, this.where]];
    }
    continues(then, name, checkpoints) {
      if (!this.comparable(then, name)) return;
      const there = checkpoints.find(([one]) => one.size === then.size), proof = (this.given.consistency || []).find((one) => one.from === then.size);
      if (there) this.continued(then, name, base64(there[0].root));
      else if (proof && consistent(then.size, this.checkpoint.size, then.root, this.checkpoint.root, this.path(proof.path))) this.continued(then, name, base64(then.root));
      else if (proof) this.find("since", name, `root ${base64(then.root)} at size ${then.size}`, "another, by the proof that this page carries for that size");
      else { this.pending++; this.notes.push(`this page carries no proof from size ${then.size}: choose the pack's folder, and it is checked there`); }
    }
  }
  const embedded = async (given, digests, asked) => new OwnData(given, digests, asked || {}, await ed25519()).run();

  // the line that says how far it reaches, and what limits it, in the same words for all verifiers
  const verdict = ({ level, layers, checkpoint }, { anchors = [], since = [] }) => {
    const all = checkpoint ? checkpoint.size : 0, of = (name) => Math.max(0, ...layers.filter((one) => one.level === name).map((one) => one.size));
    const reached = level === "internal" ? all : of(level), furthest = layers.length ? Math.max(...layers.map((one) => one.size)) : all, rest = all - furthest;
    const more = [];
    if (rest) more.push(`The ${rest === 1 ? "1 entry" : `${rest} entries`} after ${furthest === reached ? "that" : `size ${furthest}`} rest${rest === 1 ? "s" : ""} on nothing from outside.`);
    if (furthest > reached) more.push(`Up to size ${furthest} it is ${layers.find((one) => one.size === furthest).level}.`);
    if (level === "remembered" && !of("signed") && rest) more.push(`No signature counts: entries after ${reached} could be anybody's.`);
    if (anchors.length && !since.length) more.push("You gave no older root: a different history by whoever holds the key would look the same.");
    return { head: `${level}, up to size ${reached} of ${all} entries.`, more, rest };
  };

  const verify = async (files, asked, progress) => new Check(files, asked || {}, await ed25519(), progress).run();
  return { verify, embedded, verdict, ed25519, keysOf, kept, note, event, included, consistent, grown, proofOf, fingerprint, keyId, vkey, base64, unbase64, hex, bytes, leafHash, canonical };
})();
