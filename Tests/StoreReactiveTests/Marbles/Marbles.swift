import Testing

/// What is shown, and when: one diagram after another, since they hold the actor on which handlers run.
///
/// What a diagram expects is waited for: the time limit is for what never comes, and long for a machine that is busy.
@Suite(.serialized, .timeLimit(.minutes(10))) enum Marbles {}
