import StoreCore

extension Timestamp {
    /// The day, as 1996-07-04.
    var day: String { String(iso8601.prefix(10)) }

    /// How many whole days it is to a later instant.
    func days(to later: Timestamp) -> Int {
        Int(duration(to: later) / .seconds(86_400))
    }
}
