"""The formats: one module each; see `nlq.render`."""
