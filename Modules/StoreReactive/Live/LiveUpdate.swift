public import StoreCore

/// What a live query shows at one moment.
public struct LiveUpdate<Value: Sendable>: Sendable {
    /// The result; where the query has failed, its last one.
    public let value: Value
    /// Why the query could not be run on the state at `position`; nil where `value` is its result there.
    ///
    /// The query lives on: it is run again when something changes that it has read.
    public let error: (any Error)?
    /// The position of the state that was read.
    public let position: Position
    /// The instant at which deadlines were judged.
    public let instant: Timestamp
    /// What led to the commits for which the query was run; what a handler writes says so.
    var cause = MergedCause()
    /// What the same subscriber was shown before; nil for the first result.
    public internal(set) var previous: Value?

    init(_ value: Value, _ error: (any Error)?, _ snapshot: Snapshot) {
        self.value = value
        self.error = error
        position = snapshot.position
        instant = snapshot.instant
    }
}

extension LiveUpdate: Equatable where Value: Equatable {
    /// Whether both show the same at the same moment; errors are compared by whether there is one.
    public static func == (one: Self, other: Self) -> Bool {
        one.position == other.position && one.instant == other.instant && one.value == other.value
            && (one.error == nil) == (other.error == nil)
    }
}
