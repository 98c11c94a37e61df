// A machine that strangers share: nobody leaves their questions to the next one.
(() => {
  "use strict";
  const IDLE = 180; // seconds until we ask whether anybody is still here
  const GRACE = 60; // seconds to say so; each "yes" gives the whole time again
  const dialog = document.getElementById("het-gio");
  const end = document.getElementById("xong");
  const log = document.getElementById("log");
  const box = document.getElementById("hoi");
  const seconds = dialog.querySelector("[data-seconds]");
  const receipts = dialog.querySelector("[data-receipts]");
  let last = Date.now();
  if (!dialog.showModal) return;

  const stay = () => {
    last = Date.now();
    if (dialog.open) dialog.close();
  };
  const nothingToHide = () => log && !log.querySelector("[data-number]") && !box.value;
  const warn = () => {
    const codes = Array.from(document.querySelectorAll(".code"), (code) => code.textContent);
    receipts.hidden = !codes.length;
    receipts.querySelector("strong").textContent = codes.join(", ");
    dialog.showModal();
  };
  const finish = () => {
    clearInterval(timer); // once: the next one's conversation is another
    end.submit();
  };
  const tick = () => {
    const idle = Math.floor((Date.now() - last) / 1000);
    if (nothingToHide()) return stay();
    if (idle >= IDLE + GRACE) return finish();
    if (idle < IDLE) return undefined;
    if (!dialog.open) warn();
    seconds.textContent = String(IDLE + GRACE - idle);
    return undefined;
  };

  ["pointerdown", "keydown", "scroll", "input"].forEach((what) =>
    document.addEventListener(what, () => dialog.open || stay(), { passive: true, capture: true })
  );
  dialog.addEventListener("cancel", stay);
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  const timer = setInterval(tick, 1000);
})();
