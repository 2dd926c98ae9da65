/// Stops the program with `message` unless `condition` holds: for a programmer's mistakes, such as shapes that do not fit.
///
/// Like `precondition`, but the message is printed in release builds too. There `precondition` stops without a word, and a
/// shape error without its shapes helps nobody.
@inlinable
package func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
