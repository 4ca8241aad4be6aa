import Testing

/// What has to hold while many write, listen, hang, fail, leave and stop at once.
///
/// `Scripts/check` runs it under ThreadSanitizer. One test after another: each brings more tasks
/// than the machine has cores.
@Suite(.serialized) enum Concurrency {}
