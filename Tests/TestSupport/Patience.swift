/// Waits until something is so; lets others work meanwhile.
///
/// What others are to make so may take them long where the machine has much else to do, so that neither turns nor
/// moments can be counted on. The minutes after which it gives up only see to it that a failing test ends.
///
/// - Returns: false if it is not so after two minutes.
public func patiently(until isSo: () throws -> Bool) async rethrows -> Bool {
    let start = ContinuousClock.now
    var turns = 0
    while true {
        if try isSo() { return true }
        turns += 1
        if turns.isMultiple(of: 1_000), start.duration(to: .now) > .seconds(120) { return false }
        await Task.yield()
    }
}
