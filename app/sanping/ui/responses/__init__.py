"""Joint responses and a major event at the desk: the list, the sheet, the choice of a plan, the event's posts."""
