/// What a child threw, and the error in words.
///
/// The words are made when it is caught: an error's description is somebody else's code, and the machine runs under a lock.
struct ChildFailure {
    let error: any Error
    let text: String

    init(_ error: any Error) {
        self.error = error
        text = String(String(describing: error).prefix(200))
    }
}
