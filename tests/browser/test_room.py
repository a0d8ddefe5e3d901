"""Two browsers in one room: the student's page follows the lecturer's."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from dashboard import guide_text

SOON = 20_000  # ms: of a machine with much else to do
HOME = Path(__file__).resolve().parents[2] / "dashboard" / "Home.py"
LESSON = "senet"

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]


def shows(page: Page, what: str) -> None:
    """The hero's canvas shows this block and this share of the other photo."""
    expect(page.locator(f"canvas[data-shows='{what}']").first).to_be_visible(timeout=SOON)


def test_a_student_follows_the_lecturer_lets_go_and_guesses(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    lecturer = open_page(HOME, f"{LESSON}?block=3")
    lecturer.get_by_role("button", name="Open a room").click()
    expect(lecturer.get_by_text("In the room: 0")).to_be_visible(timeout=SOON)
    lecturer.get_by_role("button", name="Show the code").click()
    link = lecturer.locator(".room-link p")
    expect(link).to_have_count(2)
    screenshot(lecturer, "room_code")
    query = link.first.inner_text().partition("?")[2]
    lecturer.keyboard.press("Escape")

    student = open_page(HOME, f"?{query}&lang=zh")
    student.wait_for_url(re.compile(rf"/{LESSON}\?"), timeout=SOON)
    shows(student, "3 0")
    expect(lecturer.get_by_text("In the room: 1")).to_be_visible(timeout=SOON)
    lecturer.get_by_role("slider", name="Block", exact=True).first.press("End")
    shows(student, "8 0")
    screenshot(student, "room_student")

    student.get_by_text("跟随老师", exact=True).click()
    student.get_by_role("slider", name="块", exact=True).first.press("Home")
    shows(student, "1 0")
    lecturer.get_by_role("slider", name="Block", exact=True).first.press("ArrowLeft")
    shows(lecturer, "7 0")
    shows(student, "1 0")
    student.get_by_text("跟随老师", exact=True).click()
    shows(student, "7 0")

    steps = guide_text.read(LESSON, "zh").steps
    number, question = next((n, s.question) for n, s in enumerate(steps, 1) if s.question)
    assert question
    lecturer.locator("[data-testid=stSelectbox]", has_text="Guided path").locator("input").click()
    lecturer.get_by_role("option").nth(1).click()
    for _step in range(1, number):
        lecturer.get_by_role("button", name="Next").click()
        expect(lecturer.get_by_text(f"Step {_step + 1} of {len(steps)}")).to_be_visible(
            timeout=SOON
        )
    answer = student.locator(".st-key-path_step").get_by_text(question.answers[0], exact=True)
    expect(answer.first).to_be_visible(timeout=SOON)
    answer.first.click()
    expect(lecturer.get_by_text("What the room guesses: 1")).to_be_visible(timeout=SOON)
    screenshot(lecturer, "room_guesses")

    lecturer.get_by_role("button", name="Close the room").click()
    expect(student.get_by_text("这个课堂已结束，或者没有这个代码。")).to_be_visible(timeout=SOON)


def test_a_room_is_opened_where_a_class_looks_for_a_bug(open_page: OpenPage) -> None:
    page = open_page(HOME, "bugs")
    page.get_by_role("button", name="Open a room").click()
    expect(page.get_by_text("In the room: 0")).to_be_visible(timeout=SOON)
