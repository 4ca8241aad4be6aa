extension StoreError.Reason {
    /// What an open set of reasons is made of; not public, so that it may grow.
    enum Kind: Sendable, Hashable {
        case stopped, nestedWrite, poisoned, doesNotSettle, scopeEnded, mailboxFull
        case bucketNotDefined(String), bucketAlreadyExists(String), bucketDropped(String)
        case writesForbidden(String), readsForbidden(String)
        case refused(String), doesNotSettleBecause(String)
        case anotherStore(String)
        case timedOut([String])
        case outcomeUnknown(Position), positionUnavailable(Position), positionDiverged(Position)
    }

    /// The store has stopped, or was never started.
    public static let stopped = Self(kind: .stopped)

    /// A write was begun on a thread that is inside another write, which would wait for itself.
    public static let nestedWrite = Self(kind: .nestedWrite)

    /// A reader or writer was used after the write that it was made for, or outside of it.
    public static let scopeEnded = Self(kind: .scopeEnded)

    /// A mailbox could hold no more commits and was told to fail then.
    public static let mailboxFull = Self(kind: .mailboxFull)

    /// What was given belongs to another store; the text says what it is.
    public static func anotherStore(_ what: String) -> Self { Self(kind: .anotherStore(what)) }

    /// A write could not be completed earlier: the store can be read, and no longer written.
    public static let poisoned = Self(kind: .poisoned)

    /// What follows from a commit brings about further commits without end.
    public static let doesNotSettle = Self(kind: .doesNotSettle)

    /// The store does not settle, with the chain of causes.
    public static func doesNotSettle(_ chain: String) -> Self {
        Self(kind: .doesNotSettleBecause(chain))
    }

    /// Something was waited for too long in real time; the texts say what.
    public static func timedOut(waitingFor awaited: [String]) -> Self {
        Self(kind: .timedOut(awaited))
    }

    /// The store has no bucket of this name.
    public static func bucketNotDefined(_ name: String) -> Self {
        Self(kind: .bucketNotDefined(name))
    }

    /// The store already has a bucket of this name.
    public static func bucketAlreadyExists(_ name: String) -> Self {
        Self(kind: .bucketAlreadyExists(name))
    }

    /// The bucket that a handle was made for is gone, even if another has its name by now.
    public static func bucketDropped(_ name: String) -> Self { Self(kind: .bucketDropped(name)) }

    /// Writes through ordinary handles are forbidden where this one was made, such as inside a
    /// transaction's body.
    public static func writesForbidden(_ place: String) -> Self {
        Self(kind: .writesForbidden(place))
    }

    /// Reads through ordinary handles, and new snapshots, are forbidden where this one was made: inside a live query's
    /// body, which would not be run again for them.
    public static func readsForbidden(_ place: String) -> Self {
        Self(kind: .readsForbidden(place))
    }

    /// A gate or policy refused the write.
    public static func refused(_ explanation: String) -> Self { Self(kind: .refused(explanation)) }

    /// The commit has been applied, but whether it will survive a crash is unknown.
    public static func outcomeUnknown(_ position: Position) -> Self {
        Self(kind: .outcomeUnknown(position))
    }

    /// Commits after this position are no longer kept.
    public static func positionUnavailable(_ position: Position) -> Self {
        Self(kind: .positionUnavailable(position))
    }

    /// The position lies on a branch of history that a crash has cut off.
    public static func positionDiverged(_ position: Position) -> Self {
        Self(kind: .positionDiverged(position))
    }
}

extension StoreError.Reason: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        switch kind {
        case .stopped: "The store has stopped; start a new one"
        case .nestedWrite:
            "A write was begun inside another write on the same thread; make it part of that one"
        case .scopeEnded:
            "What is used here is valid only inside the write that it was made for; read it again through a handle"
        case .mailboxFull:
            "The mailbox was full and has closed; take a snapshot and attach another, larger or emptied sooner"
        case .anotherStore(let what):
            "\(what) belongs to another store; use one of this store's"
        case .poisoned:
            "An earlier write could not be completed: the store is read-only until it is reopened"
        case .doesNotSettle: "The store does not settle: commits go on causing further commits"
        case .doesNotSettleBecause(let chain):
            "The store does not settle: commits go on causing others, \(chain)"
        case .timedOut(let awaited):
            "The limit of time has passed (see StoreOption.waitLimit): still waiting for "
                + (awaited.isEmpty ? "nobody" : awaited.joined(separator: "; "))
                + "; let it return, or bound what it waits for"
        case .bucketNotDefined(let name): "There is no bucket \(name.excerpt); define it first"
        case .bucketAlreadyExists(let name):
            "There already is a bucket \(name.excerpt); drop it first, or use it"
        case .bucketDropped(let name):
            "Bucket \(name.excerpt) was dropped; ask the store for a new handle"
        case .writesForbidden(let place): "Writes through this handle are forbidden \(place)"
        case .readsForbidden(let place):
            "Reads through handles, and new snapshots, are forbidden \(place)"
        case .refused(let explanation): "The write was refused: \(explanation)"
        case .outcomeUnknown(let position):
            "Whether commit \(position.value) is durable is unknown; reopen the store and look"
        case .positionUnavailable(let position):
            "Commits after position \(position.value) are no longer kept; start from a snapshot"
        case .positionDiverged(let position):
            "Position \(position.value) was lost in a crash; begin again from a snapshot"
        }
    }
}
