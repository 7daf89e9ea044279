"""The sample collection: five reports and a discussion, marked 見本."""
