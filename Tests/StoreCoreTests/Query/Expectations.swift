import StoreCore
import Testing

/// Expects `body` to throw a ``QueryError`` for `reason`.
func expect(
    reason: QueryError.Reason, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> some Any
) {
    do {
        _ = try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let error as QueryError {
        #expect(error.reason == reason, sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
