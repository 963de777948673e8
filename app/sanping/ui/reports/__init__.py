"""Reports on cases: asked of the hub, written as tables and as pages for print."""
