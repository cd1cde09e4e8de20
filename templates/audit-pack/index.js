(() => {
  const $ = (id) => document.getElementById(id);
  const rows = Array.from(document.querySelectorAll("#artefacts tbody tr"));
  if (rows.length) {
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const filter = () => {
      const words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, i) => {
        const fits = words.every((word) => texts[i].includes(word))
          && (!$("status").value || row.dataset.status === $("status").value)
          && (!$("kind").value || row.dataset.kind === $("kind").value);
        row.hidden = !fits;
        row.style.display = fits ? "" : "none";
        count += fits;
      });
      $("shown").textContent = `${count} of ${rows.length} shown`;
    };
    ["find", "status", "kind"].forEach((id) => $(id).addEventListener("input", filter));
    document.querySelector("form.filter").addEventListener("submit", (event) => event.preventDefault());
    document.querySelector("form.filter").hidden = false;
    filter();
  }

  const digests = JSON.parse($("digests").textContent);
  const byName = {};
  for (const [digest, path] of Object.entries(digests)) byName[path.split("/").pop()] = digest;
  const said = (file) => {
    const line = document.createElement("li");
    line.textContent = `${file.name}: reckoning…`;
    $("results").append(line);
    return line;
  };
  const check = async (file) => {
    const line = said(file);
    try {
      const sha = new Sha256();
      for (let at = 0; at < file.size; at += 4 << 20)
        sha.update(new Uint8Array(await file.slice(at, at + (4 << 20)).arrayBuffer()));
      const digest = sha.hex(), path = digests[digest];
      line.className = path ? "good" : "bad";
      line.textContent = path ? `${file.name}: is data/${path}, unchanged (SHA-256 ${digest})`
        : byName[file.name] ? `${file.name}: CHANGED. This pack's has SHA-256 ${byName[file.name]}, this file ${digest}`
        : `${file.name}: not in this pack's list (SHA-256 ${digest})`;
    } catch (error) {
      line.className = "bad";
      line.textContent = `${file.name}: could not be read (${error.name})`;
    }
  };
  const all = async (files) => { for (const file of Array.from(files)) await check(file); };
  $("check").hidden = false;
  $("files").addEventListener("change", (event) => all(event.target.files));
  const drop = $("drop");
  addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); all(event.dataTransfer.files); });
})();
