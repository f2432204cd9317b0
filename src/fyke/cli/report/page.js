// The list of messages. Every text of a message is set as text, never as markup.
(() => {
  const { labels, lines, messages } = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 60;
  const list = document.getElementById("list");
  const more = document.getElementById("more");
  const shown = document.getElementById("shown");
  const search = document.getElementById("search");
  const order = document.getElementById("order");
  const wanted = new Set(labels);
  let found = [];
  let drawn = 0;

  const make = (tag, css, text) => {
    const node = document.createElement(tag);
    if (css) node.className = css;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const draw = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    return node;
  };
  const signed = (bits) => (bits < 0 ? "−" : "+") + Math.abs(bits).toFixed(2);
  const percent = (share) => {
    if (share > 0 && share < 0.001) return "<0.1 %";
    if (share < 1 && share > 0.999) return ">99.9 %";
    return (share * 100).toFixed(1) + " %";
  };
  const haystack = (m) => [m.subject, m.from, m.path, m.label, m.action, m.date, ...m.categories, ...m.why.map((w) => w[2]),
    ...m.bulk.map((w) => w[2]), ...m.defects].join("\n").toLowerCase();

  // A waterfall: each line begins where the one before it ended. Hundredths are whole numbers, so that the sum is exact.
  const waterfall = (shares, marks) => {
    const table = make("table", "fall");
    const body = table.appendChild(make("tbody"));
    let sum = 0;
    const points = shares.map((share) => (sum += Math.round(share[1] * 100)));
    const low = Math.min(0, ...points, ...marks);
    const high = Math.max(1, ...points, ...marks);
    const at = (value) => ((value - low) / (high - low)) * 100;
    shares.forEach(([name, bits, why], index) => {
      const from = index ? points[index - 1] : 0;
      const to = points[index];
      const row = body.appendChild(make("tr"));
      row.append(make("td", "n", signed(bits)), make("td", "n sum", signed(to / 100)));
      const svg = draw("svg", { "aria-hidden": "true" });
      const css = name === "PRIOR" ? "c-start" : bits > 0 ? "c-against" : "c-for";
      svg.append(draw("rect", { class: css, x: at(Math.min(from, to)) + "%", width: Math.max(0.4, Math.abs(at(to) - at(from))) + "%", y: 4, height: 13, rx: 1.5 }));
      const track = row.appendChild(make("td", "w")).appendChild(make("div"));
      track.append(svg);
      for (const mark of marks) track.appendChild(make("i", "line")).style.left = at(mark) + "%";
      const text = row.appendChild(make("td", "y"));
      text.append(make("bdi", "", why), make("small", "", name));
    });
    const total = body.appendChild(make("tr", "total"));
    total.append(make("td", "n", signed(sum / 100)), make("td", "n"), make("td", "w"), make("td", "y", "in total"));
    return table;
  };

  const fill = (inside, m) => {
    const facts = inside.appendChild(make("dl", "facts"));
    const fact = (name, value) => { if (value) facts.append(make("dt", "", name), make("dd", "", value)); };
    fact("From", m.from);
    fact("Subject", m.subject);
    fact("Came", m.date);
    fact("File", m.path);
    fact("Verdict", `${m.label}, ${percent(m.probability)} likely unwanted, ${signed(m.bits)} bits; action: ${m.action}`);
    fact("About", m.categories.join(", "));
    if (m.why.length) {
      inside.append(make("h3", "", "Why"));
      inside.append(waterfall(m.why, [Math.round(lines.unsure * 100), Math.round(lines.unwanted * 100)]));
      inside.append(make("p", "note", `The dotted lines: unsure from ${signed(lines.unsure)}, unwanted from ${signed(lines.unwanted)} bits.`));
    }
    if (m.bulk.length) {
      inside.append(make("h3", "", "What says that it was sent to many"));
      inside.append(waterfall(m.bulk, [Math.round(lines.bulk * 100)]));
    }
    const notes = (title, items) => {
      if (!items.length) return;
      inside.append(make("h3", "", title));
      const ul = inside.appendChild(make("ul", "plainlist"));
      for (const item of items) ul.append(make("li", "", item));
    };
    notes("Odd about the bytes", m.defects);
    notes("Faults: evidence that is missing", m.faults);
    notes("Not done", m.skipped);
  };

  const row = (m) => {
    const details = make("details", "mail");
    const summary = details.appendChild(make("summary"));
    const label = make("span", "label");
    label.append(make("i", "dot b-" + m.label), m.label);
    const subject = m.subject ? make("span", "", m.subject) : make("span", "empty", "no subject");
    subject.dir = "auto";
    summary.append(label, subject, make("span", "from", m.from), make("span", "prob", percent(m.probability)), make("span", "bits", signed(m.bits)));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) fill(details.appendChild(make("div", "inside")), m);
    });
    return details;
  };

  const extend = () => {
    list.append(...found.slice(drawn, drawn + PAGE).map(row));
    drawn = Math.min(found.length, drawn + PAGE);
    more.hidden = drawn >= found.length;
    shown.textContent = found.length === messages.length
      ? `${found.length.toLocaleString("en")} messages; open one to see why.`
      : `${found.length.toLocaleString("en")} of ${messages.length.toLocaleString("en")} messages.`;
  };
  const ORDERS = {
    bits: (a, b) => b.bits - a.bits || a.at - b.at,
    least: (a, b) => a.bits - b.bits || a.at - b.at,
    newest: (a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : a.at - b.at),
    file: (a, b) => a.at - b.at,
  };
  const refresh = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = messages.filter((m) => wanted.has(m.label) && words.every((word) => m.text.includes(word)));
    found.sort(ORDERS[order.value]);
    drawn = 0;
    list.replaceChildren();
    extend();
  };

  messages.forEach((m, at) => { m.at = at; m.text = haystack(m); });
  const chips = document.getElementById("chips");
  for (const label of labels) {
    const many = messages.filter((m) => m.label === label).length;
    if (!many) continue;
    const chip = chips.appendChild(make("button"));
    chip.type = "button";
    chip.setAttribute("aria-pressed", "true");
    chip.append(make("i", "dot b-" + label), `${label} ${many.toLocaleString("en")}`);
    chip.addEventListener("click", () => {
      const on = !wanted.has(label);
      if (on) wanted.add(label); else wanted.delete(label);
      chip.setAttribute("aria-pressed", String(on));
      refresh();
    });
  }
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(refresh, 120); });
  order.addEventListener("change", refresh);
  more.addEventListener("click", extend);
  refresh();
})();
