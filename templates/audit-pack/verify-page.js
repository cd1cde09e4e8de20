// The page's verdict: at once what it carries itself, then the whole folder when somebody chooses it.
(() => {
  const $ = (id) => document.getElementById(id);
  const carried = JSON.parse($("trail").textContent), digests = JSON.parse($("digests").textContent);
  const MEANING = {
    internal: "It agrees with itself. Whoever can write all of it can make all of it agree.",
    signed: "The key you gave, or one it passed on to, signed this root: nobody without that key rewrote the entries up to it. An older state that was once signed looks the same.",
    remembered: "What was kept from earlier comes out of these entries still: nothing up to that size was rewritten, cut off or rolled back.",
    witnessed: "A witness that you trust stated when this was the largest state it had seen, consistent with all it saw before.",
  };
  const OWN = `${$("verify").dataset.name} · ${$("verify").dataset.pack}`, MOST = 8;
  const own = (() => { try { return PackTrail.note(PackTrail.bytes(carried.checkpoint)); } catch { return null; } })();
  let folder = null, running = 0, trouble = [], said = [];  // what was wrong with a choice, and how a folder was found

  const items = (list, words) => {
    $(list).replaceChildren(...words.map(([text, name]) => {
      const one = document.createElement("li");
      one.textContent = text;
      if (name) one.className = name;
      return one;
    }));
  };
  const told = (one) => `${one.code} ${one.where}: expected ${one.expected}, found ${one.found}`;
  const layer = (one) => `${one.level} up to size ${one.size}${one.at ? ` at ${one.at}` : ""}, by ${one.who}${one.via ? `, ${one.via}` : ""}`;
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  // of each code the first few; how many there are of it in all
  const capped = (findings) => {
    const seen = {}, rows = [];
    for (const one of findings) {
      seen[one.code] = (seen[one.code] || 0) + 1;
      if (seen[one.code] <= MOST) rows.push([told(one), "bad"]);
      else if (seen[one.code] === MOST + 1) rows.push([one.code, "more"]);
    }
    return rows.map(([text, name]) => name === "more" ? [`and ${seen[text] - MOST} more ${text}`, "bad"] : [text, name]);
  };
  // green is for a whole pack that more than itself speaks for, up to its last entry
  const tell = ({ which, level, head, meaning, reach, findings, notes, holds = [], good = false }) => {
    $("verdict").className = "verdict " + (level === null ? "bad" : good ? "good" : "unknown");
    $("which").textContent = which;
    $("level").textContent = head;
    $("meaning").textContent = meaning;
    $("reach").textContent = reach;
    items("findings", capped(findings));
    items("notes", [...holds.map((one) => [`holds of the trail: ${layer(one)}`]), ...notes.map((text) => [text])]);
  };
  const asked = () => {
    const wrong = [], read = (id, words, reader) => {
      const text = $(id).value.trim();
      $(id).removeAttribute("aria-invalid");
      if (!text) return [];
      try { return reader(text); } catch (error) {
        $(id).setAttribute("aria-invalid", "true");
        wrong.push(`${words}: ${error.message}`);
        return [];
      }
    };
    return {
      anchors: read("key", "the key", (text) => PackTrail.keysOf(text).map((one) => one.key)),
      witnesses: read("witness", "the witness's key", (text) => PackTrail.keysOf(text, 4)),
      since: read("since", "the older checkpoint", (text) => { PackTrail.kept(text); return [{ name: "what you kept", text }]; }),
      wrong,
    };
  };

  // what the page carries itself: nothing in it has seen a file
  const alone = async (given, turn) => {
    const found = await PackTrail.embedded(carried, digests, given), mine = found.checkpoint, notes = [...found.layers.map(layer), ...found.notes];
    if (turn !== running) return;
    if (given.witnesses.length) notes.push("Cosignatures are checked in the pack's folder: choose it.");
    if (mine && found.proven < carried.of) notes.push(`The page carries the proofs of ${found.proven} of ${carried.of} artefacts; the others are checked in the pack's folder.`);
    const which = `${OWN}. Its digest and its files: choose its folder.`, unseen = "No file of the pack was looked at: choose its folder.";
    const reach = mine ? `${found.proven} of ${carried.of} artefacts proven to be in the trail ${mine.origin} at size ${mine.size}, root ${PackTrail.base64(mine.root)}.` : "";
    const { findings, level } = found;
    if (level === null) tell({ which, level, head: `FAILED: ${count(findings.length, "finding")} in this page's own data.`, meaning: `Nothing is claimed. ${unseen}`, reach, findings, notes });
    else if (level === "internal") tell({ which, level, head: "Nothing checked yet but this page's own data.", meaning: `What the page carries agrees with itself; whoever made the page can make it agree. ${unseen}`, reach, findings, notes });
    else {
      const { head, more } = PackTrail.verdict(found, given);
      tell({ which, level, head: `Nothing checked yet but this page's own data: ${head}`, meaning: [unseen, MEANING[level], ...more].join(" "), reach, findings, notes });
    }
  };

  const whole = async (given, turn) => {
    let done = 0, size = 0;
    for (const file of folder.values()) size += file.size;
    $("progress").hidden = false;
    const page = { id: $("verify").dataset.pack, checkpoint: own, digests };
    const found = await PackTrail.verify(folder, { ...given, page }, (read) => { done += read; if (turn === running) $("progress").value = size ? done / size : 1; else throw new Error("begun anew"); });
    if (turn !== running) return;
    $("progress").hidden = true;
    const { checkpoint: mine, findings, level, holds, pack } = found, notes = [...said, ...found.layers.map(layer), ...found.notes];
    const which = `${[pack.organisation, pack.title.split(". ")[0], pack.id].filter(Boolean).join(" · ") || "A pack without a name"}. Digest ${pack.digest || "none (no tagmanifest-sha256.txt)"}, to be compared with what its sender told you. ${count(found.digests.size, "file")} hashed.`;
    const reach = mine ? `Trail ${mine.origin}, size ${mine.size}, root ${PackTrail.base64(mine.root)}.` : "";
    if (level === null) {
      const meaning = holds.length ? "No level is claimed of the pack. What holds of its trail nevertheless stands below." : "Nothing is claimed.";
      tell({ which, level, head: `FAILED: ${count(findings.length, "finding")}.`, meaning, reach, findings, notes, holds });
      return;
    }
    const { head, more, rest } = PackTrail.verdict(found, given), unable = found.unchecked.length ? ["Not all that was asked could be checked here."] : [];
    tell({ which, level, head, meaning: [...unable, MEANING[level], ...more].join(" "), reach, findings, notes, good: level !== "internal" && !rest && !unable.length });
  };

  const check = async () => {
    const turn = ++running, given = asked();
    items("wrong", [...trouble, ...given.wrong].map((text) => [text, "bad"]));
    try { await (folder ? whole(given, turn) : alone(given, turn)); } catch (error) {
      if (turn !== running) return;
      $("progress").hidden = true;
      const one = { code: "entry", where: "the pack", expected: "a pack that can be read", found: error.message };
      tell({ which: OWN, level: null, head: "FAILED: it could not be read.", meaning: "Nothing is claimed.", reach: "", findings: [one], notes: [] });
    }
  };
  const refuse = (words) => { trouble = [words]; check(); };

  // the pack is the folder that was chosen, or the only one a level below
  const taken = (pairs) => {
    const tops = [...new Set(pairs.map(([path]) => (/^(.*?)(?:bagit|manifest-sha256|tagmanifest-sha256)\.txt$/.exec(path) || [])[1])
      .filter((top) => top !== undefined && /^([^/]*\/){0,2}$/.test(top)))].sort((a, b) => a.split("/").length - b.split("/").length);
    const depth = tops.length ? tops[0].split("/").length : 0, nearest = tops.filter((one) => one.split("/").length === depth).sort();
    folder = null;
    said = [];
    if (!tops.length) { refuse("What you chose holds no pack (no bagit.txt in it, nor a level below)."); return; }
    if (nearest.length > 1) { refuse(`What you chose holds ${nearest.length} packs: choose one of ${nearest.map((one) => one.slice(0, -1)).join(", ")}.`); return; }
    const [top] = nearest;
    trouble = [];
    if (depth === 3) said = [`The pack was taken from a level below what you chose: ${top.slice(0, -1)}`];
    folder = new Map(pairs.filter(([path]) => path.startsWith(top)).map(([path, file]) => [path.slice(top.length), {
      size: file.size,
      read: async () => new Uint8Array(await file.arrayBuffer()),
      parts: async function* () { for (let at = 0; at < file.size; at += 4 << 20) yield new Uint8Array(await file.slice(at, at + (4 << 20)).arrayBuffer()); },
    }]));
    check();
  };
  const within = async (entry, path) => {
    if (entry.isFile) return [[path + entry.name, await new Promise((good, bad) => entry.file(good, bad))]];
    const reader = entry.createReader(), found = [];
    for (;;) {  // it gives a hundred at a time
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) return found;
      for (const one of some) found.push(...await within(one, `${path}${entry.name}/`));
    }
  };
  // a file that is the pack's own proves nothing about the pack; a key's has the same bytes wherever it was kept, so its name tells
  const text = async (file, into) => {
    if (!file) return;
    if (file.size > 1 << 20) { refuse(`${file.name}: too large for that.`); return; }
    const data = new Uint8Array(await file.arrayBuffer());
    const inside = into === "key" ? /^(vkey\.txt|log\.pub\.pem)$/.test(file.name) : digests[new Sha256().update(data).hex()];
    if (inside) { refuse(`${file.name} lies in this pack itself, so it proves nothing: give what you had before.`); return; }
    trouble = [];
    $(into).value = new TextDecoder().decode(data).trim();
    check();
  };

  $("verify").hidden = false;
  ["key", "witness", "since"].forEach((id) => $(id).addEventListener("input", () => { trouble = []; check(); }));
  $("keyfile").addEventListener("change", (event) => text(event.target.files[0], "key"));
  $("sincefile").addEventListener("change", (event) => text(event.target.files[0], "since"));
  $("folder").addEventListener("change", (event) => taken(Array.from(event.target.files, (file) => [file.webkitRelativePath || file.name, file])));
  // a folder or a key that is dropped on the page; other files are for the list below
  addEventListener("drop", async (event) => {
    const entries = Array.from(event.dataTransfer.items || [], (one) => one.webkitGetAsEntry && one.webkitGetAsEntry()).filter(Boolean);
    const file = event.dataTransfer.files[0];
    if (entries.some((one) => one.isDirectory)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const found = [];
      for (const one of entries) found.push(...await within(one, ""));
      taken(found);
    } else if (file && /\.(vkey|pem)$/i.test(file.name)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      text(file, "key");
    }
  }, true);
  check();
})();
