import Testing

/// Transactions that run at once, held against what they would be one after another.
///
/// `Scripts/check` runs it under ThreadSanitizer. One test after another: each brings more tasks
/// than the machine has cores.
@Suite(.serialized) enum ConcurrencyOfTransactions {}
