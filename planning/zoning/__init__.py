"""What the plan allows on each parcel: its rules, the rule book they are kept in, its prescriptions."""
