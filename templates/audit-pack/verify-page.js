// The page's verdict: at once what it carries itself, then the whole folder when somebody chooses it.
(() => {
  const $ = (id) => document.getElementById(id);
  const carried = JSON.parse($("trail").textContent), digests = JSON.parse($("digests").textContent);
  const MEANING = {
    internal: "It agrees with itself. Whoever can write all of it can make all of it agree.",
    signed: "The key you gave, or one it passed on to, signed this root: nobody without that key rewrote the entries. An older state that was once signed looks the same.",
    remembered: "What was kept from earlier comes out of these entries still: nothing up to that size was rewritten, cut off or rolled back.",
    witnessed: "A witness that you trust stated when this was the largest state it had seen, consistent with all it saw before.",
  };
  const NO_KEYS = "This browser cannot check Ed25519 signatures here, so no more than internal can be claimed: see VERIFY.md.";
  let folder = null, running = 0;

  const items = (list, words, name) => {
    $(list).replaceChildren(...words.map((text) => {
      const one = document.createElement("li");
      one.textContent = text;
      if (name) one.className = name;
      return one;
    }));
  };
  // green is for a whole pack that more than itself speaks for
  const tell = (level, meaning, reach, findings, notes, complete) => {
    $("verdict").className = "verdict " + (findings.length ? "bad" : complete && level !== "internal" ? "good" : "unknown");
    $("level").textContent = findings.length ? `not verified: ${findings.length} finding${findings.length === 1 ? "" : "s"}.` : `${level}.`;
    $("meaning").textContent = findings.length ? "Nothing is claimed." : meaning;
    $("reach").textContent = reach;
    items("findings", findings.slice(0, 200).map((one) => `${one.code} ${one.where}: expected ${one.expected}, found ${one.found}`), "bad");
    items("notes", [...notes, ...(findings.length > 200 ? [`${findings.length - 200} more findings are not shown`] : [])]);
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

  // what the page carries: proofs of artefacts against its checkpoint, and that one's signature
  const own = async (given, turn) => {
    const found = await PackTrail.embedded(carried, digests), mine = found.checkpoint, notes = [...given.wrong], findings = [...found.findings];
    let level = "internal";
    if (mine) {
      const able = await PackTrail.ed25519();
      const signed = [];
      for (const key of able ? given.anchors : []) {
        const id = PackTrail.keyId(mine.origin, 1, key), lines = mine.signatures.filter((one) => one.name === mine.origin && one.id === id);
        for (const one of lines) {
          if (await able(key, PackTrail.bytes(mine.body), one.signature)) signed.push(PackTrail.fingerprint(key));
          else findings.push({ code: "signature", where: "this page's checkpoint", expected: `one by ${PackTrail.fingerprint(key)} that holds`, found: "one that does not" });
        }
      }
      if (signed.length) { level = "signed"; notes.push(`signed by ${signed.join(", ")}`); }
      else if (!able) notes.push(NO_KEYS);
      else if (given.anchors.length && !findings.length)
        notes.push(`The key you gave (${given.anchors.map(PackTrail.fingerprint).join(", ")}) has not signed this page's checkpoint. Whether it passed on to another is in the pack: choose its folder.`);
      else if (!given.anchors.length && mine.signatures.length) notes.push(`It is signed with a key of id ${mine.signatures.map((one) => one.id).join(", ")}. Give the key that you noted, and the signature is checked.`);
      else if (!mine.signatures.length) notes.push("This page's checkpoint is not signed.");
      if (given.witnesses.length || given.since.length) notes.push("Witnesses and older checkpoints are checked in the pack's folder: choose it.");
      if (found.proven < carried.of) notes.push(`The page carries the proofs of ${found.proven} of ${carried.of} artefacts; the others are checked in the pack's folder.`);
    }
    if (turn !== running) return;
    const shown = mine ? `${found.proven} of ${carried.of} artefacts proven to be in the trail ${mine.origin} at size ${mine.size}, root ${PackTrail.base64(mine.root)}. The files themselves have not been looked at yet: choose the pack's folder.` : "";
    tell(level, MEANING[level], shown, findings, notes);
  };

  const whole = async (given, turn) => {
    let done = 0, size = 0;
    for (const file of folder.values()) size += file.size;
    $("progress").hidden = false;
    const found = await PackTrail.verify(folder, given, (read) => { done += read; if (turn === running) $("progress").value = size ? done / size : 1; else throw new Error("begun anew"); });
    if (turn !== running) return;
    $("progress").hidden = true;
    const mine = found.checkpoint;
    const layers = found.layers.map((one) => `${one.level} up to size ${one.size} of ${mine.size}${one.at ? ` at ${one.at}` : ""}, by ${one.who}`);
    const sizes = found.layers.filter((one) => one.level === found.level).map((one) => one.size), reached = Math.max(...sizes);
    const level = sizes.length && reached < mine.size ? `${found.level} up to size ${reached} of ${mine.size}` : found.level;
    tell(level, `${found.unchecked.length ? "Not all that was asked could be checked here. " : ""}${MEANING[found.level]}`, `${folder.size} files checked${mine ? `; trail ${mine.origin}, size ${mine.size}, root ${PackTrail.base64(mine.root)}` : ""}.`, found.findings, [...given.wrong, ...layers, ...found.notes], !found.unchecked.length);
  };

  const check = async () => {
    const turn = ++running, given = asked();
    try { await (folder ? whole(given, turn) : own(given, turn)); } catch (error) {
      if (turn !== running) return;
      $("progress").hidden = true;
      tell("internal", "", "", [{ code: "entry", where: "the pack", expected: "a pack that can be read", found: error.message }], given.wrong);
    }
  };

  // the folder that holds bagit.txt, whatever lies above it
  const taken = (pairs) => {
    const marks = pairs.map(([path]) => path).filter((path) => /(^|\/)bagit\.txt$/.test(path)).sort((a, b) => a.length - b.length);
    const fallback = pairs.map(([path]) => path).find((path) => /(^|\/)manifest-sha256\.txt$/.test(path));
    const mark = marks[0] || fallback;
    if (!mark) { items("notes", ["What you chose holds no pack (no bagit.txt)."]); return; }
    const top = mark.slice(0, mark.lastIndexOf("/") + 1);
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
    const data = new Uint8Array(await file.arrayBuffer());
    const own = into === "key" ? /^(vkey\.txt|log\.pub\.pem)$/.test(file.name) : digests[new Sha256().update(data).hex()];
    if (data.length > 1 << 20) { items("notes", [`${file.name}: too large for that`]); return; }
    if (own) { items("notes", [`${file.name} lies in this pack itself, so it proves nothing: give what you had before.`]); return; }
    const said = new TextDecoder().decode(data).trim();
    $(into).value = into === "key" ? said.replace(/\s+/g, " ") : said;
    check();
  };

  $("verify").hidden = false;
  ["key", "witness", "since"].forEach((id) => $(id).addEventListener("input", check));
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
