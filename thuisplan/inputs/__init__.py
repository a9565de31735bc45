"""What users give: tables, settings, rules, examples; read into an Instance."""
