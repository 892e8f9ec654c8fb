import type { BuiltinTask } from '../builtin-task.ts';

/** Tells what was removed before it began: work, output directories and published files of the recipe. */
export const run: BuiltinTask = async ({ order, log }) => {
  const { directories = [], files = [] } = order.clearing ?? {};
  for (const path of directories) log(`removed ${path}`);
  if (files.length > 0) log(`removed ${files.length} published files`);
  return {};
};
