"""What a person does with the list of cases on a phone: opens one, feeds back, loses the network."""

from pathlib import Path

from fakes.phone_town import Phone


def at_list(phone: Phone) -> Phone:
    """Bring a phone back to its list."""
    phone.context.set_offline(False)
    phone.see(".chip.link.linked")
    phone.tab(1)
    return phone


def opened(phone: Phone, case: str) -> None:
    """Open a case from the list."""
    phone.press(f'[data-case="{case}"]')
    phone.page.locator(f'.case-sheet[data-case="{case}"]').wait_for()


def cut_off(phone: Phone) -> None:
    """Take the network away from a phone, and wait until it says so."""
    phone.context.set_offline(True)
    phone.page.evaluate("window.sockets.forEach((socket) => socket.close())")
    phone.see(".banner")


def fed_back(phone: Phone, before: Path, after: Path) -> None:
    """Fill in the form of feeding back, and send it."""
    phone.press('.case-sheet [data-step="feed_back"]')
    phone.page.locator("#photo-before").set_input_files(before)
    phone.page.locator("#photo-after").set_input_files(after)
    phone.page.locator(".form-page img.photo").nth(1).wait_for()
    phone.page.locator(".phrases button").first.click()
    phone.press(".form-page .main")
    phone.page.locator(".form-page").wait_for(state="detached")
