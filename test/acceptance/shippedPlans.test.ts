/** The slower verbs, in a file of their own: files are what test workers share out. */
import { answersAlike } from './answersAlike.js';

answersAlike(['forecast', 'recommend', 'report']);
