"""The planner's workbench: tools that measure, cut, compare and draw in the city, each a `DeskTool`."""
