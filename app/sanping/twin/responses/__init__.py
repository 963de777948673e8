"""Joint responses: templates, the life of a response, and which template fits what happened. Pure."""
