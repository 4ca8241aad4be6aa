/// A group of children on their way from one state to another: first they stop in reverse order, then they start in order.
///
/// A child belongs to one round at most, the newest one that wanted something of it; older rounds go on without it.
struct Round {
    /// Who is still to be stopped, in order of starting: the last one is next.
    var stops: [Int]
    /// Who is still to be started, in reverse order: the last one is next.
    var starts: [Int]
    /// Who has been cancelled and is waited for.
    var awaited: Set<Int> = []
    /// Whether those waited for are of a template, and may be joined by others that are.
    var awaitsDynamic = false
    /// The child whose failure made the round wait before it starts anybody, and the timer for it.
    var hold: (serial: Int, timer: Int)?
}
