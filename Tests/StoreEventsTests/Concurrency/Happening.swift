import StoreCore
import StoreEvents

extension Concurrency {
    /// What a commit did to a record, as a subscriber is told of it.
    struct Happening: Sendable, Equatable {
        /// Where it stands in the order of commits: a commit changes a record once.
        struct Place: Hashable, Sendable {
            let position: UInt64
            let bucket: String
            let key: Key
        }

        let place: Place
        let kind: Change.Kind
        /// What the record is by then; nil if it is gone.
        let stamp: Int64?

        init(_ position: Position, _ change: Change) {
            place = Place(
                position: position.value, bucket: change.bucket.name, key: change.key)
            kind = change.kind
            stamp = change.new?["stamp"].int64
        }

        init(_ event: Event) {
            place = Place(position: event.position.value, bucket: event.bucket, key: event.key)
            kind =
                switch event.kind {
                case .inserted: .inserted
                case .updated: .updated
                case .deleted: .deleted
                }
            stamp = event.new?["stamp"].int64
        }
    }

    /// Everything that happened, in the order of commits.
    struct History: Sendable {
        private let entries: [(happening: Happening, changesKind: Bool)]

        init(_ commits: [Commit]) {
            entries = commits.flatMap { commit in
                commit.records.map { change in
                    (Happening(commit.position, change), change.old?["kind"] != change.new?["kind"])
                }
            }
        }

        /// What a subscriber has asked for.
        func matching(_ plan: Plan) -> [Happening] {
            let segments = plan.pattern.split(separator: ".")
            let bucket = segments.count > 2 && segments[1] != "*" ? String(segments[1]) : nil
            let kind = segments.count > 2 && segments[2] != "*" ? String(segments[2]) : nil
            return entries.filter { entry in
                let happening = entry.happening
                return (bucket ?? happening.place.bucket) == happening.place.bucket
                    && (kind ?? happening.kind.rawValue) == happening.kind.rawValue
                    && (plan.fields == nil || happening.kind != .updated || entry.changesKind)
            }
            .map(\.happening)
        }
    }
}
