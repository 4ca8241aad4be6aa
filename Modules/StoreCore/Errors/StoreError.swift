/// Why a store could not do what was asked, whatever the data: it has stopped, a bucket is missing,
/// a write is not allowed here, or its outcome is unknown.
///
/// ```swift
/// do { try users.get("u1") } catch let error as StoreError where error.reason == .stopped { … }
/// ```
public struct StoreError: Error, Sendable, Hashable {
    /// What kind of fault it is, for a program.
    public let reason: Reason

    /// Makes an error.
    public init(_ reason: Reason) { self.reason = reason }

    /// The kinds of faults, each with what belongs to it.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable {
        let kind: Kind
    }

    /// The bucket's name, where the fault is about one.
    public var bucket: String? {
        switch reason.kind {
        case .bucketNotDefined(let name), .bucketAlreadyExists(let name), .bucketDropped(let name):
            name
        default: nil
        }
    }

    /// Whether whoever follows commits has to begin anew from a snapshot.
    ///
    /// So it is where the commits after the last one that is known are no longer kept (`positionUnavailable`), or that
    /// one is none of this store's history (`positionDiverged`, `anotherStore`).
    public var needsSnapshot: Bool {
        switch reason.kind {
        case .positionUnavailable, .positionDiverged, .anotherStore: true
        default: false
        }
    }

    /// The position of the commit, where the fault is about one.
    public var position: Position? {
        switch reason.kind {
        case .outcomeUnknown(let position), .positionUnavailable(let position),
            .positionDiverged(let position):
            position
        default: nil
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String { reason.description }
}
