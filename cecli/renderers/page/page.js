"use strict";
// What a chart says of its marks: under the pointer, and by the arrow keys.
const tip = document.getElementById("tip");
for (const plot of document.querySelectorAll(".plot")) {
  const marks = [...plot.querySelectorAll("svg :not(svg) > title")].map((title) => {
    const mark = title.parentNode;
    mark.dataset.says = title.textContent;
    title.remove();
    return mark;
  });
  let at = -1;
  const hide = () => {
    marks[at]?.classList.remove("on");
    tip.hidden = true;
  };
  const show = (place) => {
    hide();
    at = Math.min(Math.max(place, 0), marks.length - 1);
    const mark = marks[at];
    mark.classList.add("on");
    tip.textContent = mark.dataset.says;
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    const left = box.left + box.width / 2 - tip.offsetWidth / 2;
    const above = box.top - tip.offsetHeight - 8;
    const right = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(left, right))}px`;
    tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (!marks.length) continue;
  plot.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("[data-says]");
    if (mark) show(marks.indexOf(mark));
    else hide();
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("blur", hide);
  plot.addEventListener("focus", () => plot.matches(":focus-visible") && show(at));
  plot.addEventListener("keydown", (event) => {
    const place = { Home: 0, End: marks.length - 1 }[event.key] ?? at + (steps[event.key] ?? NaN);
    if (event.key === "Escape") hide();
    if (Number.isNaN(place)) return;
    event.preventDefault();
    show(place);
  });
}
// The link has the JSON compressed; it is saved as it is where a browser cannot unpack it.
const link = document.getElementById("json");
link?.addEventListener("click", async (event) => {
  if (!("DecompressionStream" in window)) return;
  event.preventDefault();
  const packed = Uint8Array.from(atob(link.href.split(",")[1]), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const saved = document.createElement("a");
  saved.href = URL.createObjectURL(await new Response(stream).blob());
  saved.download = link.download.replace(/\.gz$/, "");
  saved.click();
  setTimeout(() => URL.revokeObjectURL(saved.href), 1000);
});
