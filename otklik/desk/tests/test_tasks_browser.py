"""Tasks and the timer of a ticket in a real browser."""

import pytest
from playwright.sync_api import expect

from otklik.work.models import Spell, Task
from otklik.work.models.task import add_tasks

from .browser import BrowserTestCase


@pytest.mark.browser
class TaskBrowserTests(BrowserTestCase):
    def test_tasks_are_typed_ticked_moved_and_changed_by_the_keyboard(self):
        self.open(self.ticket.get_absolute_url())
        new = self.page.get_by_label("New task", exact=True)
        new.focus()
        self.page.keyboard.type("Unplug it")
        self.page.keyboard.press("Enter")
        titles = self.page.locator(".task__what > span")
        expect(titles).to_have_text(["Unplug it"])
        expect(new).to_have_value("")
        new.fill("Wait\nPlug it in")
        self.page.keyboard.press("Enter")
        expect(titles).to_have_text(["Unplug it", "Wait", "Plug it in"])
        tick = self.page.get_by_role("checkbox", name="Wait")
        tick.press("Space")
        expect(tick).to_have_attribute("aria-checked", "true")
        expect(tick).to_be_focused()
        expect(self.page.locator("#tasks h2")).to_contain_text("1 of 3")
        row = self.page.locator(".task", has_text="Plug it in")
        row.locator("summary").press("Enter")
        row.get_by_role("button", name="Move up").press("Enter")
        expect(titles).to_have_text(["Unplug it", "Plug it in", "Wait"])
        row.get_by_label("What is to be done").fill("Plug it in again")
        row.get_by_label("Who").select_option(label="Ana Belova")
        row.get_by_role("button", name="Save").click()
        expect(titles).to_have_text(["Unplug it", "Plug it in again", "Wait"])
        changed = self.page.locator(".task", has_text="Plug it in again")
        expect(changed.locator("small")).to_have_text("Ana Belova")
        expect(changed.locator("details")).not_to_have_attribute("open", "")
        self.assertEqual(Task.objects.get(title="Plug it in again").assignee, self.ana)

    def test_the_timer_counts_on_while_the_page_is_closed(self):
        address = self.ticket.get_absolute_url()
        self.open(address)
        self.page.get_by_role("button", name="Start the timer").click()
        expect(self.page.locator("#time [data-since]")).to_have_text("0:00:02")
        self.open("/desk/")
        expect(self.page.locator("#day-tasks + p")).to_contain_text("The timer runs: #")
        self.open(address)
        self.page.get_by_role("button", name="Stop the timer").click()
        expect(self.page.locator("#time-total")).to_have_text("1 min")
        self.page.get_by_text("Write down time").click()
        self.page.get_by_label("How long").first.fill("1:30")
        self.page.get_by_label("How long").first.press("Enter")
        expect(self.page.locator("#time-total")).to_have_text("1 h 31 min")
        self.assertEqual(Spell.objects.over().count(), 2)

    def test_a_task_is_ticked_on_home(self):
        task = add_tasks(self.ticket, "Call the vendor", by=self.admin)[0]
        Task.objects.filter(pk=task.pk).update(assignee=self.ana)
        self.open("/desk/")
        self.page.get_by_role("checkbox", name="Call the vendor").press("Space")
        expect(self.page.locator("#day-tasks + p")).to_contain_text("Nothing to be done.")
