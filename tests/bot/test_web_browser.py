"""The public page in a real browser: on old phones, by keyboard, at the kiosk, and under attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.web.asking import Busy
from handlers import messages_doors
from tests.composing_samples import HOTLINE, OFFICE, procedure
from tests.fakes_handlers import TODAY, FakeSearcher
from tests.fakes_web import WebEngine, served, web_app, web_engine

CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("no Chromium at /usr/bin/chromium", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
expect = playwright.expect

FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
).split()
PAYLOADS = [
    "<script>hacked()</script>",
    "</textarea><script>hacked()</script>",
    "</title><script>hacked()</script>",
    "</template><script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    "<img src=x onerror=hacked()//",
    "<svg onload=hacked()>",
    "<svg><script>hacked()</script></svg>",
    "<svg><animate onbegin=hacked() attributeName=x dur=1s>",
    "<body onload=hacked()>",
    "<iframe srcdoc='<script>parent.hacked()</script>'>",
    "<iframe src=javascript:parent.hacked()>",
    "<object data=javascript:hacked()>",
    "<embed src=javascript:hacked()>",
    "<a href=javascript:hacked()>x</a>",
    "javascript:hacked()",
    "<form action=javascript:hacked()><button>x",
    "<button formaction=javascript:hacked()>x",
    "<details open ontoggle=hacked()>",
    "<input autofocus onfocus=hacked()>",
    "<select autofocus onfocus=hacked()>",
    "<video><source onerror=hacked()></video>",
    "<audio src=x onerror=hacked()>",
    "<marquee onstart=hacked()>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=hacked()>",
    "<noscript><p title='</noscript><img src=x onerror=hacked()>'>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    '" onmouseover=hacked() autofocus onfocus=hacked() x="',
    "' onmouseover=hacked() '",
    "` onmouseover=hacked()",
    'https://evil.example/"onmouseover="hacked()',
    "https://evil.example/'><script>hacked()</script>",
    "{{ 7*7 }}{% raw %}<script>hacked()</script>",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${hacked()}#{hacked()}<%= hacked() %>",
    "&lt;script&gt;hacked()&lt;/script&gt;<ScRiPt>hacked()</sCrIpT>",
    "\u202e<scr\u0000ipt>hacked()</scr\u0000ipt><img\fsrc=x\fonerror=hacked()>",
]
WATCH = """
window.hacks = [];
window.hacked = () => window.hacks.push("script");
window.alert = window.hacked;
document.addEventListener("securitypolicyviolation", (event) => window.hacks.push(event.violatedDirective));
"""
# What a finger must hit; links inside a sentence are as high as their line.
TARGETS = "button:visible, textarea:visible, nav a:visible, .brand:visible, .button:visible"


@dataclass
class Visit:
    """One browser, and everything that it fetched or complained about."""

    page: playwright.Page
    url: str
    fetched: list[str]
    complaints: list[str]

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    def ask(self, text: str) -> None:
        self.page.fill("#hoi", text)
        self.answered_after(lambda: self.page.press("#hoi", "Enter"))

    def press(self, label: str) -> None:
        """Press the last button of this name."""
        button = self.page.get_by_role("button", name=label, exact=True).last
        self.answered_after(button.click)

    def answered_after(self, doing: Callable[[], object]) -> None:
        before = self.page.locator(".exchange").count()
        doing()
        expect(self.page.locator(".exchange").nth(before)).to_be_visible()
        expect(self.page.locator(".pending")).to_have_count(0)

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA and its own good practices."""
        found = axe.Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]

    def is_too_wide(self) -> bool:
        return self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def records() -> list:
    bees, birds = procedure(), procedure(code="9.000124", title="Đăng ký nuôi chim yến")
    planted = [
        procedure(
            code=f"8.{number:06}",
            title=f"{payload} Thủ tục {number}",
            dossier_cases=(),
            conditions=payload,
            portal_id=payload,
            publisher=payload,
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    return [bees, birds, OFFICE, HOTLINE, *planted]


@pytest.fixture
def engine(records: list, tmp_path: Path) -> Iterator[WebEngine]:
    with web_engine(FakeSearcher(records), tmp_path / "web.db", TODAY) as engine:
        yield engine


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(browser: playwright.Browser, engine: WebEngine) -> Iterator[Visiting]:
    """Open the page as one more visitor; at the end nothing was fetched elsewhere and nothing complained."""
    visits: list[Visit] = []
    with served(web_app(engine)) as url:

        def visit(path: str = "/", width: int = 390, height: int = 800, **options: object) -> Visit:
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, reduced_motion="reduce", **options)
            context.add_init_script(WATCH)
            one = Visit(context.new_page(), url, [], [])
            one.page.on("request", lambda request: one.fetched.append(request.url))
            one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
            visits.append(one)
            one.open(path)
            return one

        yield visit

        for one in visits:
            one.page.context.close()
    assert [address for one in visits for address in one.fetched if not address.startswith(url)] == []
    assert [complaint for one in visits for complaint in one.complaints] == []


# --- a conversation ---------------------------------------------------------------------------------


def test_an_answer_comes_without_loading_the_page_again(visiting):
    visit = visiting()
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")

    page = visit.page
    expect(page.get_by_role("heading", name="Đăng ký nuôi ong")).to_be_visible()
    expect(page.get_by_role("log").get_by_role("listitem").first).to_contain_text("Tờ khai nuôi ong")
    expect(page.locator("#hoi")).to_have_value("")
    expect(page.locator("#hoi")).to_be_focused()
    assert visit.fetched.count(visit.url + "/") == 1


def test_a_choice_and_what_may_be_asked_next_are_pressed(visiting):
    visit = visiting()
    visit.ask("đăng ký nuôi")
    visit.press("2. Đăng ký nuôi chim yến")
    visit.press("Phí")

    asked = visit.page.locator(".asked")
    expect(asked).to_have_count(3)
    expect(asked.nth(1)).to_contain_text("Đăng ký nuôi chim yến")
    expect(asked.nth(2)).to_contain_text("Phí")
    expect(visit.page.locator(".exchange").last).to_contain_text("30.000 đồng")

    answers = visit.page.locator(".exchange")
    shown = answers.all_inner_texts()
    visit.page.reload()

    # After a reload the same, word for word; but what was chosen from is no button any more.
    assert answers.all_inner_texts()[1:] == shown[1:]
    expect(visit.page.get_by_role("button", name="2. Đăng ký nuôi chim yến")).to_have_count(0)


def test_an_example_is_pressed_and_then_out_of_the_way(visiting):
    visit = visiting()
    visit.answered_after(visit.page.locator(".starters button").first.click)

    expect(visit.page.locator(".starters")).to_have_count(0)


def test_a_thumb_stays_pressed(visiting):
    visit = visiting()
    visit.ask("đăng ký nuôi ong mất bao lâu")
    visit.press("👎 Chưa hữu ích")
    thumb = visit.page.locator(".rating button[aria-pressed=true]")

    expect(thumb).to_have_text("👎 Chưa hữu ích")
    expect(visit.page.get_by_text(messages_doors.REASONS[0])).to_have_count(1)  # the button alone
    visit.press(messages_doors.REASONS[0])
    visit.page.reload()
    expect(thumb).to_have_text("👎 Chưa hữu ích")


def test_everything_works_without_scripts(visiting):
    visit = visiting(java_script_enabled=False)
    page = visit.page
    page.fill("#hoi", "đăng ký nuôi")
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.get_by_role("button", name="1. Đăng ký nuôi ong").click()
    page.get_by_role("button", name="Phí", exact=True).click()
    expect(page.locator(".exchange").last).to_contain_text("30.000 đồng")
    expect(page.locator(".asked").last).to_be_in_viewport()
    page.get_by_role("button", name="Gặp cán bộ").last.click()
    expect(page.locator(".receipt .code")).to_be_visible()

    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Ông/bà chưa gõ câu hỏi.")
    page.get_by_role("link", name="Xóa những gì tôi đã hỏi").click()
    page.get_by_role("button", name="Xóa hết").click()

    expect(page.get_by_role("status").first).to_contain_text("Đã xóa")
    expect(page.locator(".exchange")).to_have_count(0)


def test_the_officers_answer_comes_while_the_page_is_open(visiting, engine):
    visit = visiting()
    visit.page.clock.install()
    visit.page.reload()
    visit.ask("gặp cán bộ")
    engine.officer_writes("Mời ông/bà đến quầy số 1.")
    visit.page.clock.run_for(21_000)

    expect(visit.page.locator(".officer")).to_contain_text("Mời ông/bà đến quầy số 1.")
    asked_for_news = len([one for one in visit.fetched if "/tin-moi" in one])
    visit.page.clock.run_for(60_000)
    visit.ask("đăng ký nuôi ong")

    assert len([one for one in visit.fetched if "/tin-moi" in one]) == asked_for_news  # nothing is waited for


def test_nobody_is_asked_for_news_while_nothing_is_waited_for(visiting):
    visit = visiting()
    visit.page.clock.install()
    visit.page.reload()
    visit.ask("đăng ký nuôi ong mất bao lâu")
    visit.page.clock.run_for(120_000)
    visit.ask("thế phí thì sao")

    assert not [one for one in visit.fetched if "/tin-moi" in one]


# --- what goes wrong --------------------------------------------------------------------------------


def test_a_question_asked_offline_is_sent_again_by_a_button(visiting, engine):
    visit = visiting()
    visit.page.context.set_offline(True)
    visit.page.fill("#hoi", "đăng ký nuôi ong mất bao lâu")
    visit.page.press("#hoi", "Enter")
    again = visit.page.get_by_role("button", name="Gửi lại")
    expect(again).to_be_visible()
    assert visit.violations() == []

    again.click()
    expect(again).to_be_visible()
    visit.page.context.set_offline(False)
    again.click()

    expect(visit.page.locator(".answer")).to_contain_text("5 ngày làm việc")
    expect(visit.page.locator(".exchange")).to_have_count(1)
    assert len(engine.asked) == 1


def test_a_question_whose_answer_was_lost_on_its_way_is_asked_once(visiting, engine):
    visit = visiting()
    lost: list[str] = []

    def lose_the_first(route: playwright.Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    visit.page.route("**/hoi", lose_the_first)
    visit.page.fill("#hoi", "đăng ký nuôi ong mất bao lâu")
    visit.page.press("#hoi", "Enter")
    visit.page.get_by_role("button", name="Gửi lại").click()

    expect(visit.page.locator(".answer")).to_contain_text("5 ngày làm việc")
    expect(visit.page.locator(".exchange")).to_have_count(1)
    assert len(engine.asked) == 1
    assert "5 ngày làm việc" in lost[0]


def test_a_question_that_was_stored_before_the_server_failed_is_asked_once(visiting, engine):
    visit = visiting()
    usual, broken = engine.history, [True]

    async def history(*arguments: object) -> object:
        if broken.pop() if broken else False:
            raise RuntimeError("after the answer was stored")
        return await usual(*arguments)

    engine.history = history
    visit.page.fill("#hoi", "đăng ký nuôi ong mất bao lâu")
    visit.page.press("#hoi", "Enter")
    expect(visit.page.get_by_role("alert")).to_contain_text("Máy đang gặp trục trặc")
    visit.answered_after(lambda: visit.page.press("#hoi", "Enter"))

    assert len(engine.asked) == 1


def test_a_second_try_waits_for_the_answer_that_is_being_made(visiting, engine):
    visit = visiting()
    visit.page.clock.install()
    visit.page.reload()
    usual, early = engine.ask, [True, True]

    async def ask(*arguments: object) -> object:
        return None if early and early.pop() else await usual(*arguments)

    engine.ask = ask
    visit.page.fill("#hoi", "đăng ký nuôi ong mất bao lâu")
    with visit.page.expect_response("**/hoi"):
        visit.page.press("#hoi", "Enter")
    expect(visit.page.locator(".pending")).to_contain_text(messages_doors.TYPING)
    for _ in early[:]:
        with visit.page.expect_response("**/hoi"):
            visit.page.clock.run_for(1_100)

    visit.page.clock.run_for(1_100)
    expect(visit.page.locator(".answer")).to_contain_text("5 ngày làm việc")


def test_who_asks_too_fast_finds_the_words_in_the_box_again(visiting, engine):
    visit = visiting()
    engine.trouble = Busy(messages_doors.TOO_FAST)
    visit.page.fill("#hoi", "đăng ký nuôi ong mất bao lâu")
    visit.page.press("#hoi", "Enter")

    expect(visit.page.get_by_role("alert")).to_have_text(messages_doors.TOO_FAST)
    expect(visit.page.locator("#hoi")).to_have_value("đăng ký nuôi ong mất bao lâu")
    assert visit.violations() == []

    visit.answered_after(lambda: visit.page.press("#hoi", "Enter"))
    expect(visit.page.locator("#sai")).to_be_hidden()


def test_letters_are_counted_only_when_few_are_left(visiting, engine):
    visit = visiting()
    count = visit.page.locator("#dem")
    visit.page.fill("#hoi", "ộ" * 3000)
    expect(count).to_have_text("")
    visit.page.fill("#hoi", "ộ" * 3990)
    expect(count).to_have_text("Còn 10 chữ cái.")
    visit.page.fill("#hoi", "ộ" * 4001)
    visit.page.press("#hoi", "Enter")

    expect(visit.page.get_by_role("alert")).to_contain_text("Dài quá 1 chữ cái")
    assert engine.asked == []


def test_enter_while_an_accent_is_composed_sends_nothing(visiting, engine):
    visit = visiting()
    visit.page.fill("#hoi", "đăng ky")
    for how in ({"isComposing": True}, {"keyCode": 229}, {"shiftKey": True}):
        visit.page.dispatch_event("#hoi", "keydown", {"key": "Enter", "bubbles": True, **how})
    visit.ask("đăng ký nuôi ong")

    assert engine.asked == ["đăng ký nuôi ong"]


# --- for everybody ----------------------------------------------------------------------------------


def test_all_is_reached_by_keyboard(visiting):
    visit = visiting()
    page = visit.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến ô gõ câu hỏi")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    if not page.locator("#hoi").evaluate("box => box === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    expect(page.locator("#hoi")).to_be_focused()
    page.keyboard.type("đăng ký nuôi")
    visit.answered_after(lambda: page.keyboard.press("Enter"))
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="1. Đăng ký nuôi ong")).to_be_focused()
    visit.answered_after(lambda: page.keyboard.press("Enter"))

    expect(page.locator(".exchange").last).to_contain_text("Đăng ký nuôi ong")
    expect(page.get_by_role("button", name="1. Đăng ký nuôi ong")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256), (1280, 800)])
def test_whatever_has_the_focus_can_be_seen(visiting, width, height):
    """320 × 256 is a screen of 1280 × 1024 at 400 %."""
    visit = visiting(width=width, height=height)
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")
    visit.ask("gặp cán bộ")
    visit.page.locator(".skip").focus()
    seen = 0
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        hidden = visit.page.evaluate(
            """() => {
                const focused = document.activeElement;
                if (focused === document.body) return "end";
                const box = focused.getClientRects()[0];
                const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, innerHeight / 2);
                const top = document.elementFromPoint(x, y);
                return focused.contains(top) || (top && top.contains(focused)) ? "" : focused.outerHTML;
            }"""
        )
        if hidden == "end":
            break
        assert hidden == ""
        seen += 1
    assert seen > 10


def _states(visit: Visit, engine: WebEngine) -> Iterator[str]:
    """Every page, and every state of the conversation, one after the other."""
    yield "start"
    visit.ask("đăng ký nuôi")
    yield "choices"
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")
    yield "answer"
    visit.press("Xem đầy đủ")
    yield "everything"
    visit.press("👎 Chưa hữu ích")
    yield "reasons"
    visit.ask("x" * 300)
    yield "not found"
    visit.ask("gặp cán bộ")
    yield "receipt"
    engine.officer_writes(
        "Mời ông/bà đến quầy số 1, mang theo:\n- Tờ khai\n\nXem https://example.vn/" + "a" * 200
    )
    visit.open()
    yield "officer"
    visit.page.press("#hoi", "Enter")
    yield "wrong"
    for path in ("/xoa", "/quyen-rieng-tu", "/khong-co", "/?da-xoa=1"):
        visit.open(path)
        yield path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_anywhere(visiting, engine, scheme):
    visit = visiting(color_scheme=scheme)
    wrong = {state: found for state in _states(visit, engine) if (found := visit.violations())}

    assert wrong == {}


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen_and_everything_is_big_enough_to_touch(visiting, engine, width):
    visit = visiting(width=width, height=640)
    wrong = []
    for state in _states(visit, engine):
        if visit.is_too_wide():
            wrong.append(f"{state}: too wide")
        for target in visit.page.locator(TARGETS).all():
            box = target.bounding_box()
            if min(box["width"], box["height"]) < 44:
                wrong.append(f"{state}: {target.inner_text()} {box}")

    assert wrong == []


@pytest.mark.parametrize("path", ["/", "/?kiosk=1", "/quyen-rieng-tu", "/xoa"])
def test_at_four_hundred_percent_nothing_is_lost(visiting, path):
    visit = visiting(path, width=320, height=256)

    assert not visit.is_too_wide()
    if path == "/":
        assert visit.page.locator(".composer").evaluate("one => getComputedStyle(one).position") == "static"


def test_letters_twice_as_large_stay_readable(visiting):
    """WCAG 1.4.12: more space between letters, words and lines, by a reader's own style."""
    visit = visiting(width=320, height=640)
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")
    visit.page.evaluate(
        """() => { const sheet = document.styleSheets[0];
        sheet.insertRule("* {line-height: 1.5 !important; letter-spacing: .12em !important;"
        + " word-spacing: .16em !important} ", sheet.cssRules.length);
        sheet.insertRule("html {font-size: 200% !important}", sheet.cssRules.length); }"""
    )

    assert not visit.is_too_wide()


def test_on_paper_stands_what_was_answered_and_nothing_to_press(visiting):
    visit = visiting(width=794, height=1123)
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")
    visit.page.emulate_media(media="print")

    expect(visit.page.locator(".answer li").first).to_be_visible()
    expect(visit.page.get_by_text("Nguồn:")).to_be_visible()
    expect(visit.page.locator("button:visible, textarea:visible")).to_have_count(0)


def test_one_answer_is_printed_alone(visiting):
    visit = visiting()
    visit.ask("đăng ký nuôi chim yến mất bao lâu")
    visit.ask("đăng ký nuôi ong cần giấy tờ gì")
    visit.page.evaluate(
        """() => { window.print = () => { window.printed = Array.from(document.querySelectorAll(".exchange"),
        (one) => one.classList.contains("this") && document.body.classList.contains("one")) } }"""
    )
    visit.page.get_by_role("button", name="In câu trả lời").last.click()

    assert visit.page.evaluate("window.printed") == [False, True]
    expect(visit.page.locator(".exchange.this")).to_have_count(0)


# --- the kiosk --------------------------------------------------------------------------------------


@pytest.fixture
def kiosk(visiting) -> Visit:
    visit = visiting("/?kiosk=1", width=1080, height=1400)
    visit.page.clock.install()
    visit.page.reload()
    return visit


def test_an_idle_kiosk_asks_and_then_forgets(kiosk, engine):
    kiosk.ask("đăng ký nuôi ong mất bao lâu")
    kiosk.ask("gặp cán bộ")
    receipt = kiosk.page.locator(".receipt .code").inner_text()
    dialog = kiosk.page.get_by_role("dialog")
    kiosk.page.clock.run_for(170_000)
    expect(dialog).to_be_hidden()
    kiosk.page.clock.run_for(15_000)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(receipt)
    assert kiosk.violations() == []

    kiosk.page.get_by_role("button", name="Tôi vẫn đang dùng").click()
    expect(dialog).to_be_hidden()
    kiosk.page.clock.run_for(170_000)
    expect(dialog).to_be_hidden()
    kiosk.page.clock.run_for(75_000)

    expect(kiosk.page.get_by_role("heading", name="Đã xóa những gì ông/bà đã hỏi ở máy này")).to_be_visible()
    expect(kiosk.page.locator(".code")).to_have_text(receipt)
    assert kiosk.violations() == []
    kiosk.page.get_by_role("link", name="Tôi đã chép xong").click()
    expect(kiosk.page.locator(".exchange")).to_have_count(0)
    (kept,) = engine.told(*engine.addresses)
    assert kept.receipt == receipt


def test_a_kiosk_that_nobody_uses_asks_nobody(kiosk):
    kiosk.page.clock.run_for(600_000)

    expect(kiosk.page.get_by_role("dialog")).to_be_hidden()
    assert kiosk.violations() == []


def test_a_kiosk_left_on_another_page_forgets_as_well(kiosk, engine):
    kiosk.ask("đăng ký nuôi ong mất bao lâu")
    kiosk.page.get_by_role("link", name="Quyền riêng tư và liên hệ").click()
    expect(kiosk.page.get_by_role("heading", name="Máy lưu gì")).to_be_visible()
    kiosk.page.clock.run_for(245_000)

    expect(kiosk.page.get_by_role("status").first).to_contain_text("Đã xóa")
    assert engine.told(*engine.addresses) == ()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_kiosk_is_readable_in_every_state(visiting, engine, scheme):
    visit = visiting("/?kiosk=1", width=1080, height=1400, color_scheme=scheme)
    wrong = {state: found for state in _states(visit, engine) if (found := visit.violations())}

    assert wrong == {}


# --- under attack -----------------------------------------------------------------------------------


def test_there_are_forty_ways_to_try():
    assert len(set(PAYLOADS)) == 40


def test_what_a_citizen_types_runs_nowhere(visiting):
    visit = visiting()
    for payload in PAYLOADS:
        visit.ask(payload)
    typed = visit.page.evaluate("window.hacks")
    visit.open()

    assert (typed, visit.page.evaluate("window.hacks")) == ([], [])
    assert visit.page.locator(".asked").count() == len(PAYLOADS)


def test_what_a_record_says_runs_nowhere(visiting):
    visit = visiting()
    for number in range(len(PAYLOADS)):
        visit.ask(f"điều kiện của thủ tục 8.{number:06}")
    told = visit.page.evaluate("window.hacks")
    shown = visit.page.locator("#log").inner_text()
    visit.open()

    assert (told, visit.page.evaluate("window.hacks")) == ([], [])
    assert shown.count("hacked()") > len(PAYLOADS)  # they were really there, as text


def test_what_an_officer_writes_runs_nowhere(visiting, engine):
    visit = visiting()
    for payload in PAYLOADS:
        visit.ask("gặp cán bộ")
        engine.officer_writes(payload, officer=payload[:40])
    visit.open()

    expect(visit.page.locator(".officer")).to_have_count(len(PAYLOADS))
    assert visit.page.evaluate("window.hacks") == []
