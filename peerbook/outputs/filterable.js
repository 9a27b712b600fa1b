// Filter the rows of .peerbook-filterable: by the choice in one column and by words anywhere in the row.
for (const box of document.querySelectorAll(".peerbook-filterable:not([data-ready])")) {
  const [form, choice, words, count] = ["form", "select", "input", "output"].map((name) => box.querySelector(name));
  const rows = [...box.querySelectorAll("tbody tr")].filter((row) => row.querySelector("td"));
  const column = Number(box.dataset.column);
  const sections = [...box.querySelectorAll("details")];
  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filtering = Boolean(choice.value || wanted.length);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const chosen = !choice.value || row.cells[column].textContent === choice.value;
      row.hidden = !(chosen && wanted.every((word) => text.includes(word)));
    }
    for (const section of sections) {
      const any = rows.some((row) => !row.hidden && section.contains(row));
      section.hidden = filtering && !any;
      section.open = filtering && any;
    }
    const [shown, all] = [rows.filter((row) => !row.hidden), rows].map((some) => some.length.toLocaleString("en-GB"));
    count.textContent = `${shown} of ${all} rows`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  box.dataset.ready = "yes";
  show();
}
