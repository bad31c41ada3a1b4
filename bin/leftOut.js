// Stands for packages that oclif calls only to find commands and plugins by pattern (our manifest lists the commands, and there are no
// plugins), and to name the shell under Windows (it falls back to what Windows says). Left out of the bundle, where they would be a tenth
// of what each call loads.
const leftOut = () => {
  throw new Error('left out of the bundle: the commands are read from oclif.manifest.json');
};
module.exports = { glob: leftOut, minimatch: leftOut, isWsl: false, powerShellPath: leftOut };
