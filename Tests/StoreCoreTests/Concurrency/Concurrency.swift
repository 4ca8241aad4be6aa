import Testing

/// What has to hold while several threads read, write and let go.
///
/// `Scripts/check` runs it under ThreadSanitizer. One test after another: each brings more threads
/// than the machine has cores.
@Suite(.serialized) enum Concurrency {}
