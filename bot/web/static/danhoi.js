// The page works without this; with it an answer comes without loading the page again.
(() => {
  "use strict";
  const log = document.getElementById("log");
  const composer = document.querySelector(".composer");
  const box = document.getElementById("hoi");
  const wrong = document.getElementById("sai");
  const count = document.getElementById("dem");
  const most = Number(composer.dataset.most);
  const script = { "X-Requested-With": "danhoi" };
  const nonces = document.querySelectorAll("input[name=ma]");
  let sending = false;
  let pressed = null;

  const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  const parse = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html; // from our own server, which escapes every word
    reveal(holder.content);
    return holder.content;
  };
  const reveal = (root) => root.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
  const newNonce = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    const nonce = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    nonces.forEach((input) => (input.value = nonce));
  };
  const lastNumber = () =>
    Array.from(log.querySelectorAll("[data-number]")).reduce((n, one) => Math.max(n, Number(one.dataset.number)), 0);

  const complain = (text) => {
    wrong.textContent = text;
    wrong.hidden = !text;
    box.setAttribute("aria-describedby", text ? "sai nhac" : "nhac");
    if (text) {
      wrong.setAttribute("role", "alert");
      box.setAttribute("aria-invalid", "true");
    } else {
      wrong.removeAttribute("role");
      box.removeAttribute("aria-invalid");
    }
  };

  // --- asking ---

  const bodyOf = (form, button) => {
    const body = new FormData(form);
    if (button && button.name) body.set(button.name, button.value);
    body.set("sau", lastNumber());
    return body;
  };

  const ask = (body, words, fromBox) => {
    const pending = copy("dang-tim");
    pending.querySelector(".asked").textContent = words;
    log.append(pending);
    pending.scrollIntoView({ block: "start" });
    send(body, pending, words, fromBox);
  };

  const send = (body, pending, words, fromBox, tries = 0) => {
    sending = true;
    log.setAttribute("aria-busy", "true");
    fetch("/hoi", { method: "POST", body, headers: script, credentials: "same-origin" })
      .then((response) => response.text().then((html) => ({ response, html })))
      .then(({ response, html }) => {
        if (response.redirected) return location.assign(response.url);
        if (response.status === 202) return wait(body, pending, words, fromBox, tries);
        if (response.status < 500) newNonce(); // else it may be stored: a second try must be the same
        if (response.ok) return answered(pending, html);
        refused(pending, parse(html).textContent.trim(), words, fromBox);
      })
      .catch(() => offline(body, pending, words, fromBox))
      .finally(() => {
        sending = false;
        log.removeAttribute("aria-busy");
      });
  };

  // The first sending arrived after all, and is being answered.
  const wait = (body, pending, words, fromBox, tries) =>
    tries < 10 ? setTimeout(send, 1000, body, pending, words, fromBox, tries + 1) : location.reload();

  const answered = (pending, html) => {
    const pieces = parse(html);
    const first = pieces.firstElementChild;
    const starters = document.querySelector(".starters");
    if (starters) {
      const hadFocus = starters.contains(document.activeElement);
      starters.remove();
      if (hadFocus) box.focus({ preventScroll: true });
    }
    pending.replaceWith(pieces);
    if (first) first.scrollIntoView({ block: "start" });
    watch();
  };

  const refused = (pending, text, words, fromBox) => {
    pending.remove();
    complain(text || "Máy đang gặp trục trặc. Xin ông/bà gửi lại sau.");
    if (fromBox && !box.value) {
      box.value = words;
      grow();
    }
    box.focus();
  };

  const offline = (body, pending, words, fromBox) => {
    const notice = copy("mat-mang");
    pending.querySelector(".answer").replaceWith(notice);
    notice.querySelector("[data-again]").addEventListener("click", () => {
      if (sending) return;
      const waiting = copy("dang-tim").querySelector(".answer");
      notice.replaceWith(waiting);
      box.focus({ preventScroll: true });
      send(body, pending, words, fromBox); // the same nonce: asked once, however often it is sent
    });
  };

  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
    if (pressed && pressed.hasAttribute("data-print")) print(pressed.closest(".exchange"));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-ask")) return;
    event.preventDefault();
    if (sending) return;
    const button = event.submitter || pressed;
    const fromBox = form === composer;
    const words = (fromBox ? box.value : button.name === "hoi" ? button.value : button.textContent).trim();
    if (fromBox && !check(words)) return;
    if (button && button.closest(".rating")) markRating(button);
    complain("");
    const body = bodyOf(form, button);
    if (fromBox) {
      box.value = "";
      grow();
    }
    ask(body, words, fromBox);
  });

  const markRating = (given) =>
    given
      .closest(".rating")
      .querySelectorAll("[name=press]")
      .forEach((button) => button.setAttribute("aria-pressed", String(button === given)));

  const check = (words) => {
    const text = !words ? "Ông/bà chưa gõ câu hỏi." : words.length > most ? count.textContent : "";
    if (text) {
      complain(text);
      box.focus();
    }
    return !text;
  };

  // --- the box ---

  const grow = () => {
    if (!CSS.supports("field-sizing", "content")) {
      box.style.height = "auto";
      box.style.height = box.scrollHeight + 4 + "px";
    }
    const left = most - box.value.length;
    const told = left < 0 ? `Dài quá ${-left} chữ cái, xin ông/bà bớt đi.` : `Còn ${left} chữ cái.`;
    count.textContent = left < 300 ? told : "";
  };
  box.addEventListener("input", () => {
    grow();
    complain("");
  });
  box.addEventListener("keydown", (event) => {
    // Enter while an accent is being composed only ends the composing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    composer.querySelector(".send").click();
  });

  const print = (exchange) => {
    document.body.classList.add("one");
    exchange.classList.add("this");
    window.print();
    exchange.classList.remove("this");
    document.body.classList.remove("one");
  };

  // --- officers' answers, looked for only while one is waited for and the page is seen ---

  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    if (log.querySelector("[data-waiting]") && !document.hidden) timer = setTimeout(look, 20000);
  };
  const look = () => {
    const waiting = Array.from(log.querySelectorAll("[data-waiting]"), (one) => Number(one.dataset.waiting));
    fetch(`/tin-moi?sau=${Math.min(...waiting) - 1}`, { headers: script, credentials: "same-origin" })
      .then((response) => (response.ok ? response.text() : ""))
      .then((html) => {
        for (const news of Array.from(parse(html).children)) show(news);
      })
      .catch(() => {})
      .finally(watch);
  };
  const show = (news) => {
    const key = news.dataset.news;
    if (!key || log.querySelector(`[data-news="${key}"]`)) return;
    log.append(news);
    const asked = log.querySelector(`[data-waiting="${key.split("-")[0]}"]`);
    if (asked) asked.removeAttribute("data-waiting");
    if (!log.querySelector(".pending")) news.scrollIntoView({ block: "start" });
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : lookSoon()));
  const lookSoon = () => {
    if (log.querySelector("[data-waiting]")) look();
  };

  newNonce();
  reveal(document);
  grow();
  watch();
  const last = log.lastElementChild;
  history.scrollRestoration = "manual";
  if (last) last.scrollIntoView({ block: "start", behavior: "auto" });
})();
