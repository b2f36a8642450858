"""What the landlord decides: what the plan allows, what fits, what it costs, which sites, which territories, who moves."""
