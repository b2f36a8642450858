"""What the landlord decides: what the plan allows, what fits, what it costs, which sites and territories, who moves."""
