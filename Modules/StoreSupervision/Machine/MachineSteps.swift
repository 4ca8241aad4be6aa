/// What the machine is told.
enum MachineInput {
    /// The supervisor is to start its children; the request is answered when all are ready.
    case start(request: Int?)
    /// Whoever asks without a request does not wait for an answer.
    case add(ChildSlot.Traits, request: Int?)
    case remove(String, request: Int?)
    case restart(String, request: Int?)
    case stop
    /// A child's setup has returned; the machine answers by `MachineOutput.proceed` if the child may run.
    case setupReturned(instance: Int)
    case ended(instance: Int, ChildFailure?)
    case timerFired(Int)
}

/// What the machine wants to be done.
enum MachineOutput {
    /// A child was taken into the list under a serial number.
    case admit(serial: Int)
    /// Start a task for a child.
    case launch(serial: Int, instance: Int)
    /// The child that has just reported its setup goes on with its work.
    case proceed(instance: Int)
    case cancel(instance: Int)
    case setTimer(Int, Duration)
    case cancelTimer(Int)
    /// A child is no longer in the list.
    case forget(serial: Int)
    /// What somebody threw is not needed any more; it is let go where no lock is held.
    case discard(any Error)
    case answer(request: Int, SupervisorError?)
    case event(SupervisorEvent)
    case health(Supervisor.Health)
    /// Nothing runs any more, but for what was left behind.
    case finished(SupervisorError?)
}
