import ScoutStorage

/// How one attempt ended, as its handler sees it.
public enum JobOutcome: Sendable {
  /// Done; `write` stores the results in the transaction of the outcome.
  case success(write: (@Sendable (Connection) throws -> Void)?)
  /// Another attempt may succeed, not before the wait.
  case failure(String, after: Duration)
  /// No attempt can succeed.
  case rejection(String)
  /// Not now, and not the job's fault: the attempt does not count. No other job of the lane starts before that.
  case snooze(for: Duration)
}

/// Does the jobs of one kind.
public protocol JobHandler: Sendable {
  /// Runs one attempt. It is cancelled when the job's lease is lost or the worker stops.
  ///
  /// - Throws: Anything: it counts as a failure that may pass.
  func run(_ job: ClaimedJob) async throws -> JobOutcome
}

/// Finds the SKUs of a brand in a source and links them: the jobs of kind `brand_sku_scrape`.
public struct BrandScrape: JobHandler {
  private let source: any SKUSource
  /// Told what each job stored, inside its transaction.
  private let report: @Sendable (SKULinker.Result, [String]) -> Void

  public init(source: any SKUSource, report: @escaping @Sendable (SKULinker.Result, [String]) -> Void = { _, _ in }) {
    self.source = source
    self.report = report
  }

  public func run(_ job: ClaimedJob) async throws -> JobOutcome {
    guard let request = SKURequest(payload: job.payload) else { return .rejection("the payload names no brand") }
    do {
      let answer = try await source.products(for: request)
      guard !answer.products.isEmpty else {
        return .rejection("the source (\(source.name)) has no SKU of \(request.brand)")
      }
      let (id, source, report) = (job.id, source.name, report)
      return .success { connection in
        let linker = try SKULinker(connection, job: id, brand: request.brand, source: source)
        report(try linker.store(answer.products), answer.warnings)
      }
    } catch let error as SourceError {
      switch error {
      case .permanent(let reason): return .rejection(reason)
      case .temporary(let reason, let wait): return .failure(reason, after: wait)
      case .busy(_, let wait): return .snooze(for: wait)
      }
    }
  }

  /// The lane of a job: its brand, or the host of the page that it names.
  public static func lane(_ kind: JobKind, _ payload: String) -> String? {
    guard kind == .brandSKUScrape, let request = SKURequest(payload: payload) else { return nil }
    if let page = request.pages.first, let host = WebAddress(page)?.host { return "host:" + host }
    return "brand:" + BrandKey.key(request.brand)
  }
}
