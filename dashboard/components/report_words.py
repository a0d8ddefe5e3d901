"""What the Report page says: its words go to the browser, which draws all of it."""

from cnnviz.text import N_
from dashboard.i18n import _

#: By what ``reportAdd`` of report_store.js answers: where an entry is.
STORAGE = {
    "kept": N_("The report is kept in this browser alone: the server sees nothing of it."),
    "full": N_(
        "This browser's storage is full: what you add or write now is in this tab only. Save the "
        "report before you close it, or delete entries."
    ),
    "refused": N_(
        "This browser keeps nothing for this page, as in some private windows: the report is in "
        "this tab only. Save it before you close or reload the tab."
    ),
}


def storage_words() -> dict[str, str]:
    """``STORAGE`` in the visitor's language."""
    return {how: _(text) for how, text in STORAGE.items()}


def report_words() -> dict[str, str]:
    """The page's labels and sentences by their names in the report's scripts, translated."""
    return {
        **storage_words(),
        "title": _("Title"),
        "author": _("Author"),
        "untitled": _("Lab report"),
        "saveHtml": _("Save as HTML"),
        "saveNotebook": _("Save as notebook"),
        "print": _("Print, or save as PDF"),
        "clear": _("Delete all"),
        "empty": _(
            "There is nothing here yet. Open a lesson, choose what is worth showing, and press "
            "“Add to my report”."
        ),
        "toLesson": _("Open the lesson {title}"),
        "open": _("Open this state of the page"),
        "numbers": _("Numbers"),
        "code": _("Code"),
        "firstRows": _("The first {count} rows; the file has them all."),
        "saveNumbers": _("Save {file}"),
        "yours": _("In your own words"),
        "placeholder": _("What does the picture show? Why is it so?"),
        "up": _("Move up (Alt+↑)"),
        "down": _("Move down (Alt+↓)"),
        "drag": _("Drag to another place"),
        "moved": _("Moved to place {place} of {count}."),
        "remove": _("Delete"),
        "removed": _("Deleted: {section}"),
        "removedAll": _("Deleted: {count} entries"),
        "undo": _("Undo"),
        "firstCell": _(
            "Run the first cell before the others: it finds or installs `cnnviz`, which computes "
            "the pictures again."
        ),
        "noCode": _("The notebook has the picture alone: there is no code for it."),
    }
