"""The adapter newadapter."""
