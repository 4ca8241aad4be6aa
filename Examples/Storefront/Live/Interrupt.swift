import Foundation

/// Runs `body`, and cancels it at Ctrl-C, where the program would end otherwise.
///
/// To be cancelled is an end like any other here, and no error.
func endingOnInterrupt(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let task = Task { try await body() }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler { task.cancel() }
    source.activate()
    defer {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
    do {
        try await task.value
    } catch is CancellationError {}
}
