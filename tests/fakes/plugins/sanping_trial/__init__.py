"""An adapter for tests, installed as a third party's would be; it can be told to misbehave."""
