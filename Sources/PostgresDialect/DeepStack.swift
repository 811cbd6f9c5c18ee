#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs recursive work on a thread whose stack holds the deepest tree that the parser lets through.
///
/// Analysis needs up to 30 KB of stack a level in a debug build, and the parser allows 600 levels: more than the 8 MB
/// of a main thread, far more than the 512 KB of others. The pages are only reserved; what is not used costs nothing.
enum DeepStack {
  /// 600 levels of 30 KB, and as much again.
  private static let byteCount = 40 << 20

  /// Texts up to this length cannot be nested deeply enough to need it: a level takes at least two bytes.
  static let shallowTextLength = 64

  /// Calls `body` on such a thread and waits for it.
  static func run<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
    let result: Result<Value, SQLError> = withoutActuallyEscaping(body) { body in
      let work = Work(body)
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setstacksize(&attributes, byteCount)
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let context = Unmanaged.passRetained(work as AnyWork)
      let code = pthread_create(&thread, &attributes, { context in start(context) }, context.toOpaque())
      guard code == 0 else {
        context.release()
        return .failure(
          SQLError(.statementTooComplex, "stack depth limit exceeded", hint: "The system gives no further thread."))
      }
      #if canImport(Darwin)
        if let thread { pthread_join(thread, nil) }
      #else
        pthread_join(thread, nil)
      #endif
      return work.result ?? .failure(SQLError(.internalError, "the thread gave no result"))
    }
    return try result.get()
  }
}

#if canImport(Darwin)
  private func start(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<AnyWork>.fromOpaque(context).takeRetainedValue().perform()
    return nil
  }
#else
  private func start(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<AnyWork>.fromOpaque(context).takeRetainedValue().perform() }
    return nil
  }
#endif

private class AnyWork {
  func perform() {}
}

private final class Work<Value>: AnyWork {
  private let body: () throws(SQLError) -> Value
  private(set) var result: Result<Value, SQLError>?

  init(_ body: @escaping () throws(SQLError) -> Value) { self.body = body }

  override func perform() {
    do throws(SQLError) { result = .success(try body()) } catch { result = .failure(error) }
  }
}
