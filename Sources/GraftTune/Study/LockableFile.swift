import Foundation

/// A file that several processes share: opened for appending, locked as a whole.
///
/// The lock is the system's advisory lock of an open file (`flock`). It belongs to the opening, not to the process: two openings in one
/// process exclude each other too. The system gives it back when the process ends in whatever way, at once; and since the file is closed
/// when another program is started, no child keeps it. Network file systems may not have such locks between machines.
final class LockableFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let handle: FileHandle

  /// Opens a file, which is made if it isn't there, unless `mustExist`; then the result may be `nil`.
  init?(path: String, mustExist: Bool = false) throws(StudyError) {
    let flags = O_RDWR | O_APPEND | O_CLOEXEC | (mustExist ? 0 : O_CREAT)
    descriptor = open(path, flags, 0o666)
    if descriptor < 0 {
      if mustExist && errno == ENOENT { return nil }
      throw LockableFile.failure(path)
    }
    self.path = path
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Waits until nobody else has the lock, and takes it.
  func lock() throws(StudyError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw LockableFile.failure(path) }
    }
  }

  /// Takes the lock if nobody else has it.
  func tryLock() throws(StudyError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw LockableFile.failure(path) }
    }
    return true
  }

  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// Whether the path still leads to this file.
  var isInPlace: Bool {
    var (own, there) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(path, &there) == 0 else { return false }
    return own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }

  /// How many bytes there are.
  func size() throws(StudyError) -> Int {
    try attempt { Int(try handle.seekToEnd()) }
  }

  /// Everything from a place on.
  func read(from offset: Int) throws(StudyError) -> Data {
    try attempt {
      try handle.seek(toOffset: UInt64(offset))
      return try handle.readToEnd() ?? Data()
    }
  }

  /// Appends in one write. If that fails, nothing is appended.
  func append(_ data: Data) throws(StudyError) {
    let end = try size()
    do {
      try attempt { try handle.write(contentsOf: data) }
    } catch {
      try? cut(at: end)
      throw error
    }
  }

  /// Removes everything from a place on.
  func cut(at offset: Int) throws(StudyError) {
    try attempt { try handle.truncate(atOffset: UInt64(offset)) }
  }

  /// Waits until the disk has it.
  func flush() throws(StudyError) {
    try attempt { try handle.synchronize() }
  }

  private func attempt<Value>(_ body: () throws -> Value) throws(StudyError) -> Value {
    do {
      return try body()
    } catch {
      throw StudyError.inaccessible(file: path, reason: error.localizedDescription)
    }
  }

  private static func failure(_ path: String) -> StudyError {
    StudyError.inaccessible(file: path, reason: String(cString: strerror(errno)))
  }
}
