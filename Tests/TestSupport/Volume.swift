import Foundation

/// How much random tests try: a few seeds, or all of them.
///
/// `Scripts/test` tries a few, and so does ThreadSanitizer's stage of `Scripts/check`. `Scripts/test --full` sets
/// `STRATA_VOLUME=full`.
public enum Volume {
    /// Whether everything is to be tried.
    public static let isFull: Bool = {
        switch ProcessInfo.processInfo.environment["STRATA_VOLUME"] {
        case nil, "few": false
        case "full": true
        case let other?: preconditionFailure("STRATA_VOLUME is few or full, not \(other)")
        }
    }()

    /// How many of something: `few` of them, or all, which are `full`.
    public static func count(few: Int, full: Int) -> Int { isFull ? full : few }

    /// The seeds from 1 on: `few` of them, or all, which are `full`.
    public static func seeds(few: UInt64, full: UInt64) -> ClosedRange<UInt64> {
        1...(isFull ? full : few)
    }
}
