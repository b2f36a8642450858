"""What fits on a site: its envelope, real layouts of each form, whole dwellings, the rule that binds."""
