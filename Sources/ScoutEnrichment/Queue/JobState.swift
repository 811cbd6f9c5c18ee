/// Where a job stands. The raw values are those of `deep_research.sku_jobs.status`.
///
/// ```
///                  ┌──────── snooze, fail, rescue ────────┐
///                  ▼                                       │
///   enqueue ──▶ queued ───────────── claim ───────────▶ running ── complete ──▶ success
///                │  ▲                                     │ │ │
///                │  └───────── requeue ───────┐           │ │ └── fail, rescue: attempts used up ──▶ dead
///                │                            │           │ └──── reject, deadline ───────────────▶ failed
///                ├── cancel ──▶ cancelled ────┤◀─ cancel ─┘
///                └── deadline ─▶ failed ──────┤
///                                dead ────────┘
/// ```
public enum JobState: String, Hashable, Sendable, CaseIterable {
  /// Waits: for its time, a free worker, a token of its lane. A claim moves it on, or a cancellation, or its deadline.
  case queued
  /// A worker holds its lease. Its outcome moves it on, or the end of the lease, or a cancellation.
  case running
  /// Done; nothing moves it on.
  case success
  /// Given up without using all attempts: the handler saw that no attempt can succeed, or the deadline passed. Only a
  /// person moves it on.
  case failed
  /// All attempts used up. Only a person moves it on.
  case dead
  /// Withdrawn by a person. Only a person moves it on.
  case cancelled

  /// The states that can follow.
  public var successors: Set<JobState> {
    switch self {
    case .queued: [.running, .failed, .cancelled]
    case .running: [.queued, .success, .failed, .dead, .cancelled]
    case .success: []
    case .failed, .dead, .cancelled: [.queued]
    }
  }

  /// Whether nothing but a person moves the job on.
  public var isFinal: Bool { self != .queued && self != .running }
}
