"""What users get: tables, the plan folder, verification, texts."""
