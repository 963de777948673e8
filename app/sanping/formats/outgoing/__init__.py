"""Writers: layers of a twin as files for elsewhere, a module each format."""
