import StoreCore
import StoreEvents

extension EventsDriver {
    /// Subscribes to topics that no insertion or deletion has: most of other buckets, one in a hundred of this one.
    func subscribeToOtherTopics(_ count: Int) {
        for number in 0..<count {
            let bucket = TopicPattern(
                bucket: number.isMultiple(of: 100) ? EventsDriver.bucket : "other\(number)",
                number.isMultiple(of: 100) ? .updated : .all)
            store.on(bucket) { _, _ in }
        }
    }
}
