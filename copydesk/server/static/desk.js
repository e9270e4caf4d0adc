// Add what a browser can do beyond the pages: times in the reader's zone, keys, live numbers. All pages work without.
"use strict";

for (const time of document.querySelectorAll("time[data-local]")) {
  const when = new Date(time.dateTime);
  if (!Number.isNaN(when.getTime())) {
    time.textContent = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}

const hits = [...document.querySelectorAll("[data-next]")];

function step(by) {
  const at = hits.indexOf(document.activeElement);
  const next = hits[at < 0 ? (by > 0 ? 0 : hits.length - 1) : Math.min(hits.length - 1, Math.max(0, at + by))];
  next?.focus();
}

const keys = {
  "/": () => {
    const box = document.getElementById("q");
    if (box) box.focus();
    else location.assign("/?sort=newest#q");
  },
  j: () => step(1),
  k: () => step(-1),
  c: () => document.getElementById("cuts")?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

const live = document.querySelector("[data-live-from]");
if (live) {
  const source = new EventSource(live.dataset.liveFrom);
  const says = document.getElementById("live");
  source.onmessage = (event) => {
    for (const [name, text] of Object.entries(JSON.parse(event.data))) {
      const place = document.querySelector(`[data-live="${CSS.escape(name)}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    }
    if (says) says.textContent = "live";
  };
  source.onerror = () => { if (says) says.textContent = "not live: the desk does not answer"; };
}

const tail = document.querySelector("[data-tail]");
if (tail) {
  const topic = tail.dataset.tail;
  const source = new EventSource(`/api/v1/events/${topic}`);
  const says = document.getElementById("live");
  source.onopen = () => { if (says) says.textContent = "live"; };
  source.onerror = () => { if (says) says.textContent = "not live: the desk does not answer"; };
  source.addEventListener(topic, (event) => {
    const row = tail.insertRow(0);
    const size = new TextEncoder().encode(event.data).length.toLocaleString();
    for (const words of [event.lastEventId, new Date().toLocaleTimeString(), "", "", size, event.data.slice(0, 2000)]) {
      row.insertCell().textContent = words;
    }
    while (tail.rows.length > 200) tail.deleteRow(-1);
  });
}
