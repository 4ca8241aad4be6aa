import StoreCore
import StoreEvents

extension ChangeFeed.Element {
    /// What a test compares.
    var text: String {
        switch self {
        case .snapshot(_, let cursor): "state at \(cursor.position)"
        case .commit(let commit, _): "\(commit.position)"
        case .caughtUp(let cursor): "caught up at \(cursor.position)"
        }
    }
}
